using ArchUnitNET.Domain;

namespace EventStream.Tests.Architecture;

/// <summary>A folder of the code, and the folders that it may know.</summary>
/// <param name="Namespace">Its namespace; what lies below belongs to it.</param>
/// <param name="Knows">The folders of the same house that it may depend on.</param>
public sealed record Floor(string Namespace, params string[] Knows)
{
    public bool Holds(IType type) => type.FullName.StartsWith($"{Namespace}.", StringComparison.Ordinal);

    public override string ToString() => Namespace;
}

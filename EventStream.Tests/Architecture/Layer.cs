using ArchUnitNET.Domain;

namespace EventStream.Tests.Architecture;

/// <summary>A folder of the code, and the folders that it may depend on.</summary>
/// <param name="Namespace">Its namespace, which includes the namespaces in it.</param>
/// <param name="Knows">The folders of the same group that it may depend on.</param>
public sealed record Layer(string Namespace, params string[] Knows)
{
    public bool Holds(IType type) => type.FullName.StartsWith($"{Namespace}.", StringComparison.Ordinal);

    public override string ToString() => Namespace;
}

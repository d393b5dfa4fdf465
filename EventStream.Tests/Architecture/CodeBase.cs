using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace EventStream.Tests.Architecture;

/// <summary>The compiled server and libraries, as types that depend on types.</summary>
internal static class CodeBase
{
    public static ArchUnitNET.Domain.Architecture Architecture { get; } =
        new ArchLoader().LoadAssemblies(typeof(EventStream.Events.Event).Assembly, typeof(EventStream.Api.Streaming.Feeds.Feed).Assembly, typeof(EventStream.Extensions.AI.Telling.Turn).Assembly).Build();

    /// <summary>All types of the project.</summary>
    public static IReadOnlyList<IType> Types { get; } = [.. Architecture.Types.Where(type => type.FullName.StartsWith("EventStream.", StringComparison.Ordinal) || type.FullName.StartsWith("Microsoft.Extensions.DependencyInjection.EventStream", StringComparison.Ordinal))];

    /// <summary>The types of a namespace and of the namespaces in it.</summary>
    public static IEnumerable<IType> In(string name) => Types.Where(type => new Layer(name).Holds(type));

    /// <summary>The forbidden dependencies of a type, as <c>type → dependency</c>.</summary>
    public static IEnumerable<string> Breaches(IEnumerable<IType> types, Func<IType, bool> isForbidden) =>
        types.SelectMany(type => type.Dependencies.Select(dependency => dependency.Target).Distinct().Where(isForbidden).Select(target => $"{type.FullName} → {target.FullName}")).Distinct().Order(StringComparer.Ordinal);
}

namespace EventStream.Audit;

/// <summary>A folder of the sources, and the tests that are to notice its faults.</summary>
/// <param name="Project">Where it lies.</param>
/// <param name="Folder">Its path in the project.</param>
/// <param name="Tests">Namespaces under <c>EventStream.Tests</c>.</param>
internal sealed record Area(string Project, string Folder, params string[] Tests)
{
    public static IReadOnlyList<Area> All { get; } =
    [
        new("EventStream.Api", "Streaming", "Streaming", "Argos", "ScaleOut", "OpenApi"),
        new("EventStream.Core", "Bus", "Bus", "Dispatching", "Publishing"),
        new("EventStream.Core", "Dispatching", "Dispatching"),
        new("EventStream.Core", "Sources", "Sources", "Ingest", "Sessions"),
    ];

    public bool IsTestedBy(string testClass) => Tests.Any(name => testClass.StartsWith($"EventStream.Tests.{name}.", StringComparison.Ordinal));
}

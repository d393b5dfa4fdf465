using EventStream.Events;
using EventStream.Sources.Adk;
using EventStream.Sources.AgUi;
using EventStream.Sources.Anthropic;
using EventStream.Sources.Argos;
using EventStream.Sources.Auto;
using EventStream.Sources.Cognesy;
using EventStream.Sources.Eddie;
using EventStream.Sources.OpenAi;
using EventStream.Sources.YaAgent;

namespace EventStream.Sources;

/// <summary>The table of the vocabularies that can be ingested.</summary>
internal static class SourceCatalogue
{
    public static IReadOnlyList<ISourceNormaliser> All { get; } =
    [
        new EddieNormaliser(),
        new AdkNormaliser(),
        new ArgosNormaliser(),
        new CognesyNormaliser(),
        new YaAgentNormaliser(),
        new OpenAiNormaliser(),
        new AnthropicNormaliser(),
        new AgUiNormaliser(),
        new AutoNormaliser(),
    ];

    /// <summary>Their names, as an error message lists them.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(source => source.Name));

    /// <summary>The vocabulary of that name; null when it is unknown.</summary>
    public static ISourceNormaliser? Find(string name) => All.FirstOrDefault(source => source.Name == name);

    /// <summary>The vocabulary of that name.</summary>
    /// <exception cref="EventRejectedException">It is unknown; the message lists those that are known.</exception>
    public static ISourceNormaliser Get(string name) => Find(name)
        ?? throw new EventRejectedException("source", $"'{EventRejectedException.Shown(name)}' isn't known; the sources are {Names}.");
}

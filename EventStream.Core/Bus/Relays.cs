using EventStream.Events;

namespace EventStream.Bus;

/// <summary>Finds the streams that events are relayed to from their own stream: their projects, broadcast, and for commands their agents.</summary>
/// <remarks>
/// Each relay is a separate append. When a publisher stops in between, the session holds an event that its project lacks.
/// Publishing the event again with the same id then appends only what is missing.
/// </remarks>
internal static class Relays
{
    private const int ShownStreams = 5;

    /// <summary>The appends that are left after the events' own stream has answered: one batch for each further stream.</summary>
    public static IReadOnlyList<AppendRequest> Of(AppendRequest request, AppendResult result)
    {
        if (result.IsConflict || result.LeaseLeft is not null || !request.Stream.IsRelayed || (!request.Broadcast && !request.Events.Any(candidate => candidate.ProjectId is not null || IsCommand(candidate)))) return [];
        // Duplicates are relayed again, since an earlier attempt may have stopped before its relay. What the session refused is stored nowhere.
        var held = request.Events.Where((_, i) => result.Receipts[i].Outcome is AppendOutcome.Stored or AppendOutcome.Duplicate).ToArray();
        var relays = held.Where(candidate => candidate.ProjectId is not null).GroupBy(candidate => candidate.ProjectId!)
            .Select(project => To(new StreamKey(StreamKind.Project, project.Key), [.. project], request) with { MadeBy = request.MadeBy ?? request.Stream.ToString() }).ToList();
        relays.AddRange(held.Where(IsCommand).GroupBy(AgentOf).Where(agent => agent.Key is not null).Select(agent => To(new StreamKey(StreamKind.Agent, agent.Key!), [.. agent], request)));
        if (request.Broadcast && request.Stream != StreamKey.Broadcast && held.Length > 0) relays.Add(To(StreamKey.Broadcast, held, request));
        return relays;
    }

    /// <summary>Says which stream holds the events and which may not.</summary>
    public static string Describe(StreamKey holder, IReadOnlyList<StreamKey> lacking) =>
        $"'{holder}' holds the events; {Names(lacking)} may lack them until they are published again under the same ids.";

    /// <summary>The first of some streams by name, and how many more.</summary>
    public static string Names(IReadOnlyList<StreamKey> streams) =>
        string.Join(", ", streams.Take(ShownStreams).Select(stream => $"'{stream}'")) + (streams.Count > ShownStreams ? $" and {streams.Count - ShownStreams} more" : "");

    private static bool IsCommand(Event candidate) => EventCatalogue.IsCommand(candidate.Type);

    /// <summary>The agent whose commands an event is relayed to; null when it names none.</summary>
    public static string? AgentOf(Event command) => EnvelopeHead.ReadMember(command.Payload.Utf8.Span, "agent"u8) is { } name && EventRules.IsId(name) ? name : null;

    private static AppendRequest To(StreamKey stream, Event[] events, AppendRequest origin) => new() { Stream = stream, Events = events, Publisher = origin.Publisher };
}

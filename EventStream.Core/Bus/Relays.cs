using EventStream.Events;

namespace EventStream.Bus;

/// <summary>Where events go besides their own stream, which is the truth: to their projects, and to broadcast.</summary>
/// <remarks>
/// Each relay is an append of its own. An appender that is broken off in between leaves an event that its session holds and its project lacks,
/// until it is published again under the same id: then only what is missing is appended.
/// </remarks>
internal static class Relays
{
    private const int ShownStreams = 5;

    /// <summary>What is still to be appended when an event's own stream has answered: one batch for each further stream.</summary>
    public static IReadOnlyList<AppendRequest> Of(AppendRequest request, AppendResult result)
    {
        if (result.IsConflict || !request.Stream.IsRelayed || (!request.Broadcast && !request.Events.Any(candidate => candidate.ProjectId is not null))) return [];
        // A duplicate may be what an earlier attempt left behind. What came after the end of its run is nowhere.
        var held = request.Events.Where((_, i) => result.Receipts[i].Outcome != AppendOutcome.RunEnded).ToArray();
        var relays = held.Where(candidate => candidate.ProjectId is not null).GroupBy(candidate => candidate.ProjectId!)
            .Select(project => To(new StreamKey(StreamKind.Project, project.Key), [.. project])).ToList();
        if (request.Broadcast && request.Stream != StreamKey.Broadcast && held.Length > 0) relays.Add(To(StreamKey.Broadcast, held));
        return relays;
    }

    /// <summary>Says which stream holds the events and which may not.</summary>
    public static string Describe(StreamKey holder, IReadOnlyList<StreamKey> lacking) =>
        $"'{holder}' holds the events; {Names(lacking)} may lack them until they are published again under the same ids.";

    /// <summary>The first of some streams by name, and how many more.</summary>
    public static string Names(IReadOnlyList<StreamKey> streams) =>
        string.Join(", ", streams.Take(ShownStreams).Select(stream => $"'{stream}'")) + (streams.Count > ShownStreams ? $" and {streams.Count - ShownStreams} more" : "");

    private static AppendRequest To(StreamKey stream, Event[] events) => new() { Stream = stream, Events = events };
}

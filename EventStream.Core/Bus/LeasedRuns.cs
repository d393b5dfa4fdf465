using EventStream.Events;

namespace EventStream.Bus;

/// <summary>Which runs of a batch get a lease.</summary>
internal static class LeasedRuns
{
    /// <summary>The runs that a batch claims or asks for, if it gives them a lease.</summary>
    public static IReadOnlyList<LeasedRun> In(AppendRequest request) => request is not { Lease: not null, Stream.HasRuns: true } ? []
        : [.. request.Events.Select(candidate => Of(request, candidate)).OfType<LeasedRun>()];

    /// <summary>The run that an event claims or asks for; null when it does neither.</summary>
    public static LeasedRun? Of(AppendRequest request, Event candidate) => (candidate.RunId, EventCatalogue.RoleOf(candidate.Type)) switch
    {
        ({ } run, EventRole.StartsRun) when request.Claim => new LeasedRun(request.Stream, run, candidate.EventId, IsClaim: true),
        ({ } run, EventRole.RequestsRun) => new LeasedRun(request.Stream, run, candidate.EventId, IsClaim: false),
        _ => null,
    };

    /// <summary>The refusal of one more run that would wait for somebody.</summary>
    public static EventRejectedException TooMany(Event candidate, int item) => new(EnvelopeMember.RunId.Pointer,
        $"is '{candidate.RunId}', one more run that waits in this session or has a lease; Log:MaxEndedRuns is the most of them. Ask again when one has ended.")
    { IsCrowded = true, Item = item };
}

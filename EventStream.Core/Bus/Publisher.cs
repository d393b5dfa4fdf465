using EventStream.Events;

namespace EventStream.Bus;

/// <summary>Who publishes a batch, as far as the bus must know. Its runs can't be ended by others, and its event ids are its own.</summary>
/// <param name="Name">Who it is; stands in the events too.</param>
/// <param name="MayEndAnyRun">Whether it may end the runs of others.</param>
internal sealed record Publisher(string Name, bool MayEndAnyRun)
{
    /// <summary>The refusal of an event that would end a run of another publisher.</summary>
    /// <param name="candidate">The event.</param>
    /// <param name="item">Its place in the batch.</param>
    public static EventRejectedException MayNotEnd(Event candidate, int item) => new(EnvelopeMember.RunId.Pointer,
        $"is '{candidate.RunId}', which another publisher started: only that publisher, and who holds 'admin session:{candidate.SessionId}', may end it.")
    { IsDenied = true, Item = item };

    /// <summary>The refusal of an event whose id somebody else has used.</summary>
    /// <inheritdoc cref="MayNotEnd"/>
    public static EventRejectedException IdIsTaken(Event candidate, int item) => new(EnvelopeMember.EventId.Pointer,
        $"is '{candidate.EventId}', which another publisher has given to an event of this session; give this event another id.")
    { IsDenied = true, Item = item };
}

using EventStream.Api.Access.Audit;
using EventStream.Api.Problems;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Access.Limits;

/// <summary>What the caller of one request may take, and what it took.</summary>
internal sealed class Allowance(CallerLimits limits, LimitSettings settings, AuditLog audit, CallerId caller)
{
    // Nothing says when a stream or an upload will end.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);

    /// <summary>Takes a place for a stream.</summary>
    /// <exception cref="LimitExceededException">The caller has as many as it may.</exception>
    public StreamPlace Watch()
    {
        var ofName = limits.Streams.AttemptAcquire(caller.Name);
        if (!ofName.IsAcquired) throw Exceeded(nameof(LimitSettings.Streams), $"'{caller.Name}' may have {Counted.Of(settings.Streams, "stream")} open on a node, those of its tickets included", LookAgain);
        if (!caller.IsUser) return new StreamPlace(ofName, ofUser: null);
        var ofUser = limits.UserStreams.AttemptAcquire(caller.Label);
        if (ofUser.IsAcquired) return new StreamPlace(ofName, ofUser);
        ofName.Dispose();
        throw Exceeded(nameof(LimitSettings.UserStreams), $"'{caller.Label}' may have {Counted.Of(settings.UserStreams, "stream")} open on a node", LookAgain);
    }

    /// <summary>Takes a place for an upload.</summary>
    /// <exception cref="LimitExceededException">The caller has as many as it may.</exception>
    public IDisposable Upload()
    {
        var place = limits.Uploads.AttemptAcquire(caller.Label);
        return place.IsAcquired ? place : throw Exceeded(nameof(LimitSettings.Uploads), $"'{caller.Label}' may have {Counted.Of(settings.Uploads, "upload")} under way on a node; nothing was stored", LookAgain);
    }

    /// <exception cref="LimitExceededException">The caller has made as many as it may.</exception>
    public void MakeTicket()
    {
        Take(limits.Tickets, 1, nameof(LimitSettings.TicketsPerSecond), $"'{caller.Label}' may make {Counted.Of(settings.TicketsPerSecond, "ticket")} a second");
        audit.Count(caller, CallerAct.TicketMade);
    }

    /// <summary>Counts what a request sends.</summary>
    /// <exception cref="LimitExceededException">It is more than the caller may send now.</exception>
    public void Send(long bytes) => Take(limits.Bytes, bytes, nameof(LimitSettings.BytesPerSecond), $"'{caller.Label}' may send {Counted.Of(settings.BytesPerSecond, "byte")} a second to a node; nothing was stored");

    /// <summary>Counts the events of a request, once for each stream that they go to.</summary>
    /// <param name="projects">The project of each event.</param>
    /// <param name="broadcast">Whether they go to broadcast too.</param>
    /// <exception cref="LimitExceededException">They are more than the caller may publish now.</exception>
    public void Publish(IEnumerable<string?> projects, bool broadcast) => Take(limits.Events, Places(projects, broadcast), nameof(LimitSettings.EventsPerSecond), $"'{caller.Label}' may publish {Counted.Of(settings.EventsPerSecond, "event")} a second to a node; nothing was stored");

    /// <summary>Waits until a piece of an upload may be taken: its client is slowed down instead of refused.</summary>
    public async Task WaitAsync(IEnumerable<string?> projects, bool broadcast, long bytes, CancellationToken cancellationToken)
    {
        foreach (var (rate, wanted, setting) in ((CallerRate, long, string)[])[(limits.Events, Places(projects, broadcast), nameof(LimitSettings.EventsPerSecond)), (limits.Bytes, bytes, nameof(LimitSettings.BytesPerSecond))])
        {
            if (rate.Take(caller.Label, wanted) is null) continue;
            limits.Throttled(caller, setting);
            await rate.WaitAsync(caller.Label, wanted, cancellationToken);
        }
    }

    /// <summary>Counts what is about to be stored.</summary>
    /// <exception cref="LimitExceededException">The logs hold as much of the caller as they may.</exception>
    public void Store(AppendRequest append)
    {
        if (limits.Stored.Excess(caller.Name, append) is { } excess) throw Exceeded(excess.Setting, excess.Rule, excess.RetryAfter);
    }

    /// <summary>Notes what was stored, and which sessions it deleted.</summary>
    public void NoteStored(AppendRequest append, AppendResult result)
    {
        var stored = 0;
        for (var i = 0; i < result.Receipts.Count; i++)
        {
            if (result.Receipts[i].Outcome != AppendOutcome.Stored) continue;
            stored++;
            if (EventCatalogue.Find(append.Events[i].Type)?.Role == EventRole.DeletesSession) audit.Deleted(caller, append.Stream);
        }
        audit.Count(caller, CallerAct.Published, stored);
    }

    /// <summary>A stream's log is gone, and counts for none of the callers any more.</summary>
    public void NoteDeleted(StreamKey stream)
    {
        limits.Stored.Forget(stream);
        audit.Deleted(caller, stream);
    }

    /// <summary>A part of what the caller sent was refused, since it may not do that.</summary>
    public void NoteRefused() => audit.Count(caller, CallerAct.Refused);

    /// <exception cref="EventRejectedException">The events of a request name more projects than they may.</exception>
    public void RequireFewProjects(IEnumerable<string?> projects)
    {
        var count = projects.Where(project => project is not null).Distinct().Count();
        if (count > settings.Projects)
            throw new EventRejectedException("", $"The events name {Counted.Of(count, "project")}; those of one request may name {settings.Projects} ({LimitSettings.Section}:{nameof(LimitSettings.Projects)}).", isTooLarge: true);
    }

    private static long Places(IEnumerable<string?> projects, bool broadcast) => projects.Sum(project => 1L + (project is null ? 0 : 1) + (broadcast ? 1 : 0));

    private void Take(CallerRate rate, long wanted, string setting, string rule)
    {
        if (rate.Take(caller.Label, wanted) is { } retryAfter) throw Exceeded(setting, rule, retryAfter);
    }

    private LimitExceededException Exceeded(string setting, string rule, TimeSpan retryAfter)
    {
        limits.Throttled(caller, setting);
        return new LimitExceededException($"{rule} ({LimitSettings.Section}:{setting}).", retryAfter);
    }
}

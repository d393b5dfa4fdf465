using EventStream.Api.Publishing;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sessions;

namespace EventStream.Api.Agents;

/// <summary>Publishes what follows from the state of a session; what others publish meanwhile is looked at first.</summary>
internal sealed class Decisions(RunStates states, BoundedAppend bus, TimeProvider time)
{
    // Others may publish between the look and the append; each conflict means that their events were stored.
    private const int MaxConflicts = 100;

    /// <summary>Decides and publishes.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="runId">The run that it is about.</param>
    /// <param name="decide">Knows the session and the run, if there is one. Says what is published, nothing or one batch, and what the answer is; may refuse.</param>
    /// <param name="wait">How long runs that are asked for wait for a worker.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<T> DecideAsync<T>(CommandCaller caller, string runId, Func<SessionState, RunState?, (IReadOnlyList<DecidedEvent> Events, Func<AppendResult?, T> Answer)> decide, TimeSpan? wait, CancellationToken cancellationToken)
    {
        EnvelopeMember.RunId.Check(runId);
        for (var conflicts = 0; conflicts < MaxConflicts; conflicts++)
        {
            var (state, run) = await states.ReadAsync(caller.Stream, runId, cancellationToken);
            var (decided, answer) = decide(state, run);
            if (decided.Count == 0) return answer(null);
            var publisher = caller.Caller.PublisherOn(caller.Stream);
            var events = decided.Select(next => Envelope(caller, next, id => id == runId ? run : state.Run(id)) with { Publisher = publisher?.Name }).ToList();
            // The request itself was counted.
            if (events.Count > 1 && conflicts == 0) caller.Allowance?.Publish(events.Skip(1).Select(next => next.ProjectId), broadcast: false);
            var request = new AppendRequest { Stream = caller.Stream, Events = events, ExpectedHead = state.Head, Lease = wait, Publisher = publisher, MadeBy = caller.Caller.Maker };
            caller.Allowance?.Store(request);
            var result = await bus.AppendAsync(request, cancellationToken);
            if (result.IsConflict) continue;
            caller.Allowance?.NoteStored(request, result);
            return answer(result);
        }
        throw new BusUnavailableException("Others publish to this session too fast.");
    }

    private Event Envelope(CommandCaller caller, DecidedEvent next, Func<string, RunState?> runOf)
    {
        try
        {
            var envelope = new EventFactory(time).Create(caller.Stream.Id, next.Payload, new PublishOptions { EventId = next.EventId });
            return envelope.RunId is { } run && runOf(run)?.ProjectId is { } project ? envelope with { ProjectId = project } : envelope;
        }
        catch (EventRejectedException e) when (next.Pointer.Length > 0)
        {
            throw new EventRejectedException(next.Pointer, $"is wrong: {e.Message}", e.IsTooLarge);
        }
    }
}

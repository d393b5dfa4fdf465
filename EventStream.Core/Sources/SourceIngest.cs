using System.Runtime.InteropServices;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sessions;

namespace EventStream.Sources;

/// <summary>Takes native events of a source in: normalises each by the state of its session and appends what it means.</summary>
/// <remarks>Several processes may ingest one session: each append names the head that it was computed from, and is computed anew when others were faster.</remarks>
internal sealed class SourceIngest(IEventBus bus, TimeProvider time)
{
    // Appends of others may come in between every time; each of them is progress of somebody.
    private const int MaxConflicts = 1000;

    private readonly SessionStateCache _states = new(bus);

    /// <summary>Takes native events in, in order; those of one session atomically, as far as 1,000 events and 4 MiB reach.</summary>
    /// <param name="natives">The native events of each item.</param>
    /// <param name="broadcast">Whether what they mean is broadcast too.</param>
    /// <param name="append">Appends to the bus; says how long it is tried.</param>
    /// <param name="cancellationToken">Ends it; what was appended stays.</param>
    /// <returns>One receipt an item.</returns>
    /// <exception cref="EventRejectedException">An event is larger than an event may be; nothing was appended. It says which item.</exception>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<IReadOnlyList<IngestReceipt>> IngestAsync(
        IReadOnlyList<IReadOnlyList<NativeEvent>> natives, bool broadcast, Func<AppendRequest, CancellationToken, Task<AppendResult>> append, CancellationToken cancellationToken = default)
    {
        var sessions = natives.SelectMany((item, number) => item.Select(native => (Native: native, Item: number))).GroupBy(pair => StreamOf(pair.Native))
            .Select(group => new SessionWork(group.Key, [.. group.Select(pair => pair.Native)], [.. group.Select(pair => pair.Item)])).ToList();
        foreach (var session in sessions.Where(session => session.Natives.Any(IsLarge))) await CheckAsync(session, cancellationToken).ConfigureAwait(false);

        var events = natives.Select(_ => new List<IngestedEvent>()).ToArray();
        foreach (var session in sessions) await IngestAsync(session, events, broadcast, append, cancellationToken).ConfigureAwait(false);
        return [.. events.Select(ingested => new IngestReceipt(ingested))];
    }

    private async Task CheckAsync(SessionWork session, CancellationToken cancellationToken)
    {
        var entry = _states.Of(session.Stream);
        await entry.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var state = await StateAsync(session.Stream, entry, cancellationToken).ConfigureAwait(false);
            for (var first = 0; first < session.Natives.Count;)
            {
                var batch = Batch(session, first, state);
                (first, state) = (first + batch.Counts.Count, batch.State);
            }
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private async Task IngestAsync(
        SessionWork session, List<IngestedEvent>[] events, bool broadcast, Func<AppendRequest, CancellationToken, Task<AppendResult>> append, CancellationToken cancellationToken)
    {
        var entry = _states.Of(session.Stream);
        await entry.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var conflicts = 0;
            for (var first = await RepeatUnansweredAsync(session, entry, events, append, cancellationToken).ConfigureAwait(false); first < session.Natives.Count;)
            {
                var state = await StateAsync(session.Stream, entry, cancellationToken).ConfigureAwait(false);
                var batch = Batch(session, first, state);
                if (batch.Events.Count > 0)
                {
                    // Until it is known what became of the append, the state is as uncertain.
                    entry.IsFolded = false;
                    var request = new AppendRequest { Stream = session.Stream, Events = batch.Events, Broadcast = broadcast, ExpectedHead = state.Head };
                    var result = await AppendAsync(entry, new UnansweredBatch(request, session.Natives, first, batch), append, cancellationToken).ConfigureAwait(false);
                    if (result.IsConflict)
                    {
                        if (++conflicts > MaxConflicts) throw new BusUnavailableException("Others publish to this session too fast.");
                        continue;
                    }
                    Note(session, first, batch, result, events);
                    if (result.Receipts.All(receipt => receipt.Outcome == AppendOutcome.Stored)) (entry.State, entry.IsFolded) = (batch.State with { Head = result.Head }, true);
                }
                first += batch.Counts.Count;
            }
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    /// <summary>Repeats what wasn't answered the last time.</summary>
    /// <returns>How many of the native events it answers: those that are sent again because of it.</returns>
    private static async Task<int> RepeatUnansweredAsync(
        SessionWork session, SessionStateCache.Entry entry, List<IngestedEvent>[] events, Func<AppendRequest, CancellationToken, Task<AppendResult>> append, CancellationToken cancellationToken)
    {
        if (entry.Unanswered is not { } unanswered) return 0;
        var result = await AppendAsync(entry, unanswered, append, cancellationToken).ConfigureAwait(false);
        // Others have appended since, so it wasn't stored, and is computed anew.
        if (result.IsConflict || !unanswered.IsRepeatedBy(session.Natives)) return 0;
        Note(session, 0, unanswered.Batch, result, events);
        return unanswered.Batch.Counts.Count;
    }

    private static async Task<AppendResult> AppendAsync(
        SessionStateCache.Entry entry, UnansweredBatch batch, Func<AppendRequest, CancellationToken, Task<AppendResult>> append, CancellationToken cancellationToken)
    {
        entry.Unanswered = batch;
        try
        {
            var result = await append(batch.Request, cancellationToken).ConfigureAwait(false);
            entry.Unanswered = null;
            return result;
        }
        catch (EventRejectedException)
        {
            entry.Unanswered = null;
            throw;
        }
    }

    private async Task<SessionState> StateAsync(StreamKey stream, SessionStateCache.Entry entry, CancellationToken cancellationToken)
    {
        if (!entry.IsFolded) entry.State = await _states.CatchUpAsync(stream, entry.State, cancellationToken).ConfigureAwait(false);
        entry.IsFolded = true;
        return entry.State;
    }

    private SourceBatch Batch(SessionWork session, int first, SessionState state)
    {
        var rejected = first;
        try
        {
            return SourceBatch.From(session.Natives, first, state, new NormalisedEvents(new EventFactory(time), time), out rejected);
        }
        catch (EventRejectedException e)
        {
            throw new EventRejectedException(e.Pointer, e.Rule, e.IsTooLarge) { Item = session.Items[rejected] };
        }
    }

    private static void Note(SessionWork session, int first, SourceBatch batch, AppendResult result, List<IngestedEvent>[] events)
    {
        var next = 0;
        for (var i = 0; i < batch.Counts.Count; i++)
        {
            for (var end = next + batch.Counts[i]; next < end; next++)
                events[session.Items[first + i]].Add(new IngestedEvent(batch.Events[next].SessionId, batch.Events[next].Type, result.Receipts[next]));
        }
    }

    // Only a large native event can become one that is too large.
    private static bool IsLarge(NativeEvent native) => JsonMarshal.GetRawUtf8Value(native.Body).Length > EventLimits.MaxEventBytes / 4;

    private static StreamKey StreamOf(NativeEvent native) => native.SessionId is { } session ? StreamKey.Session(session) : StreamKey.Broadcast;

    private sealed record SessionWork(StreamKey Stream, IReadOnlyList<NativeEvent> Natives, IReadOnlyList<int> Items);
}

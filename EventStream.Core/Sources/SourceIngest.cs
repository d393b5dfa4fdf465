using System.Runtime.InteropServices;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sessions;

namespace EventStream.Sources;

/// <summary>Ingests native events: normalises each with the state of its session and appends the canonical events.</summary>
/// <remarks>Several processes may ingest one session. Each append names the head that it was computed from, and is computed again when another append came first.</remarks>
internal sealed class SourceIngest(IEventBus bus, TimeProvider time)
{
    // Another process may append before each attempt. Each conflict means that its events were stored, so many are normal.
    private const int MaxConflicts = 1000;

    private readonly SessionStateCache _states = new(bus);

    /// <summary>About how many bytes are held between requests.</summary>
    public long HeldBytes => _states.Bytes;

    /// <summary>What a session's events add up to, by its log as it is now.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<SessionState> ReadStateAsync(StreamKey stream, CancellationToken cancellationToken = default)
    {
        var entry = _states.Of(stream);
        await entry.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            entry.IsFolded = false;
            return await StateAsync(stream, entry, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _states.Count(entry);
            entry.Gate.Release();
        }
    }

    /// <summary>Ingests native events in order; those of one session atomically, up to 1,000 events and 4 MiB.</summary>
    /// <param name="natives">The native events of each item.</param>
    /// <param name="broadcast">Whether the canonical events are broadcast too.</param>
    /// <param name="append">Appends to the bus; decides how long it retries.</param>
    /// <param name="publisherOn">Who publishes them to a stream; null when nobody was asked.</param>
    /// <param name="onDenied">Gets the refusal of each item that its publisher may not publish, and says whether the items after it are ingested; null throws it.</param>
    /// <param name="cancellationToken">Stops the ingest; appended events stay.</param>
    /// <returns>One receipt for each item.</returns>
    /// <exception cref="EventRejectedException">An event is larger than an event may be; nothing was appended. It says which item.</exception>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    public async Task<IReadOnlyList<IngestReceipt>> IngestAsync(
        IReadOnlyList<IReadOnlyList<NativeEvent>> natives, bool broadcast, Func<AppendRequest, CancellationToken, Task<AppendResult>> append,
        Func<StreamKey, Publisher?>? publisherOn = null, Func<EventRejectedException, bool>? onDenied = null, CancellationToken cancellationToken = default)
    {
        var sessions = natives.SelectMany((item, number) => item.Select(native => (Native: native, Item: number))).GroupBy(pair => StreamOf(pair.Native))
            .Select(group => new SessionWork(group.Key, [.. group.Select(pair => pair.Native)], [.. group.Select(pair => pair.Item)], publisherOn?.Invoke(group.Key))).ToList();
        foreach (var session in sessions.Where(session => session.Natives.Any(IsLarge))) await CheckAsync(session, cancellationToken).ConfigureAwait(false);

        var events = natives.Select(_ => new List<IngestedEvent>()).ToArray();
        foreach (var session in sessions)
        {
            if (!await IngestAsync(session, events, broadcast, append, onDenied, cancellationToken).ConfigureAwait(false)) break;
        }
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
                var batch = Batch(session, first, session.Natives.Count, state);
                (first, state) = (first + batch.Counts.Count, batch.State);
            }
        }
        finally
        {
            _states.Count(entry);
            entry.Gate.Release();
        }
    }

    /// <returns>Whether to go on with other sessions.</returns>
    private async Task<bool> IngestAsync(
        SessionWork session, List<IngestedEvent>[] events, bool broadcast, Func<AppendRequest, CancellationToken, Task<AppendResult>> append,
        Func<EventRejectedException, bool>? onDenied, CancellationToken cancellationToken)
    {
        var entry = _states.Of(session.Stream);
        await entry.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (conflicts, goesOn) = (0, true);
            // Where the batch ends that is stored before a refused item; the item's last native event.
            (int End, int Last, EventRejectedException Refusal)? denied = null;
            for (var first = await RepeatUnansweredAsync(session, entry, events, append, cancellationToken).ConfigureAwait(false); first < session.Natives.Count;)
            {
                if (denied is { } found && found.End == first)
                {
                    goesOn = onDenied!(found.Refusal);
                    if (!goesOn) break;
                    (first, denied) = (found.Last + 1, null);
                    continue;
                }
                var isHeld = entry.IsFolded;
                var state = await StateAsync(session.Stream, entry, cancellationToken).ConfigureAwait(false);
                var batch = Batch(session, first, denied?.End ?? session.Natives.Count, state);
                if (batch.Events.Count == 0 && isHeld)
                {
                    // No append follows to tell of a log that was deleted or has grown since: only the log says whether these are repeats.
                    entry.IsFolded = false;
                    continue;
                }
                if (batch.Events.Count > 0)
                {
                    // Until the bus answers, the events may or may not be stored, so the state may be wrong.
                    entry.IsFolded = false;
                    var request = new AppendRequest { Stream = session.Stream, Events = batch.Events, Broadcast = broadcast, ExpectedHead = state.Head, Publisher = session.Publisher };
                    AppendResult result;
                    try
                    {
                        result = await AppendAsync(entry, new UnansweredBatch(request, session.Natives, first, batch), append, cancellationToken).ConfigureAwait(false);
                    }
                    catch (EventRejectedException e) when (e.IsDenied)
                    {
                        denied = Denied(session, first, batch, e);
                        if (onDenied is null) throw denied.Value.Refusal;
                        continue;
                    }
                    if (result.IsConflict)
                    {
                        if (++conflicts > MaxConflicts) throw new BusUnavailableException("Others publish to this session too fast.");
                        continue;
                    }
                    AddReceipts(session, first, batch, result, events);
                    if (result.Receipts.All(receipt => receipt.Outcome == AppendOutcome.Stored)) (entry.State, entry.IsFolded) = (batch.State with { Head = result.Head }, true);
                }
                first += batch.Counts.Count;
            }
            return goesOn;
        }
        finally
        {
            _states.Count(entry);
            entry.Gate.Release();
        }
    }

    /// <summary>Finds the item that a refused event came from: its native events are one whole.</summary>
    private static (int End, int Last, EventRejectedException Refusal) Denied(SessionWork session, int first, SourceBatch batch, EventRejectedException refusal)
    {
        var (native, next) = (first, batch.Counts[0]);
        while (next <= refusal.Item) next += batch.Counts[++native - first];
        var item = session.Items[native];
        var (end, last) = (native, native);
        while (end > first && session.Items[end - 1] == item) end--;
        while (last + 1 < session.Items.Count && session.Items[last + 1] == item) last++;
        return (end, last, new EventRejectedException(refusal.Pointer, refusal.Rule) { IsDenied = true, Item = item });
    }

    /// <summary>Repeats the last append that got no answer.</summary>
    /// <returns>How many of the native events it answers: those that the publisher sends again for lack of an answer.</returns>
    private static async Task<int> RepeatUnansweredAsync(
        SessionWork session, SessionStateCache.Entry entry, List<IngestedEvent>[] events, Func<AppendRequest, CancellationToken, Task<AppendResult>> append, CancellationToken cancellationToken)
    {
        if (entry.Unanswered is not { } unanswered) return 0;
        AppendResult result;
        try
        {
            result = await AppendAsync(entry, unanswered, append, cancellationToken).ConfigureAwait(false);
        }
        catch (EventRejectedException e) when (e.IsDenied)
        {
            // It wasn't stored, and who published it may be somebody else.
            return 0;
        }
        // Another process has appended since, so this append wasn't stored: compute it again.
        if (result.IsConflict || unanswered.Request.Publisher?.Name != session.Publisher?.Name || !unanswered.IsRepeatedBy(session.Natives)) return 0;
        AddReceipts(session, 0, unanswered.Batch, result, events);
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
        catch (Exception e) when (e is EventRejectedException or UnauthorizedAccessException)
        {
            // The bus never got it.
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

    private SourceBatch Batch(SessionWork session, int first, int end, SessionState state)
    {
        var rejected = first;
        try
        {
            return SourceBatch.From(end == session.Natives.Count ? session.Natives : [.. session.Natives.Take(end)], first, state, new NormalisedEvents(new EventFactory(time), time, session.Publisher?.Name), out rejected);
        }
        catch (EventRejectedException e)
        {
            throw new EventRejectedException(e.Pointer, e.Rule, e.IsTooLarge) { Item = session.Items[rejected] };
        }
    }

    private static void AddReceipts(SessionWork session, int first, SourceBatch batch, AppendResult result, List<IngestedEvent>[] events)
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

    private sealed record SessionWork(StreamKey Stream, IReadOnlyList<NativeEvent> Natives, IReadOnlyList<int> Items, Publisher? Publisher);
}

using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources;

/// <summary>The canonical events that native events of one session became, computed from one state: as many as fit into one append.</summary>
internal sealed class SourceBatch
{
    private readonly List<Event> _events = [];
    private readonly List<int> _counts = [];
    private long _bytes;

    private SourceBatch(SessionState state) => State = state;

    /// <summary>The canonical events, in order.</summary>
    public IReadOnlyList<Event> Events => _events;

    /// <summary>How many of them each native event became.</summary>
    public IReadOnlyList<int> Counts => _counts;

    /// <summary>An upper bound of the canonical events' bytes.</summary>
    public long Bytes => _bytes;

    /// <summary>The session after all of them.</summary>
    public SessionState State { get; private set; }

    /// <summary>Normalises as many native events as one append takes, at least one.</summary>
    /// <exception cref="EventRejectedException">An event is larger than events may be; <paramref name="rejected"/> says which.</exception>
    public static SourceBatch From(IReadOnlyList<NativeEvent> natives, int first, SessionState state, NormalisedEvents output, out int rejected)
    {
        var batch = new SourceBatch(state);
        for (rejected = first; rejected < natives.Count; rejected++)
        {
            Normalise(natives[rejected], batch.State, output);
            var bytes = 0L;
            foreach (var normalised in output.Events) bytes += EventRules.SizeOf(normalised);
            var isFull = batch._events.Count + output.Events.Count > EventLimits.MaxBatchEvents || batch._bytes + bytes > EventLimits.MaxBatchBytes;
            if (isFull && batch._counts.Count > 0) break;
            batch._events.AddRange(output.Events);
            batch._counts.Add(output.Events.Count);
            batch._bytes += bytes;
            batch.State = output.State;
        }
        return batch;
    }

    private static void Normalise(NativeEvent native, SessionState state, NormalisedEvents output)
    {
        try
        {
            output.Begin(native, state);
            if (native.Body.ValueKind == System.Text.Json.JsonValueKind.Object && !NativeBody.IsPlain(native.Body)) output.AddUnknown();
            else native.Source.Normalise(native, output);
        }
        catch (EventRejectedException e) when (!e.IsTooLarge)
        {
            // The native event holds something that an envelope can't. It is kept as text, so nothing is lost.
            output.Begin(native, state);
            output.AddRaw();
        }
    }
}

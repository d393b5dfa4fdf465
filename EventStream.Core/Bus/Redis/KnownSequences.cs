using System.Collections.Concurrent;

namespace EventStream.Bus.Redis;

/// <summary>The newest number of each producer of this process that each log has answered for. Appends carry it, so that a log that was rolled back is noticed even when others have filled it up again.</summary>
internal sealed class KnownSequences
{
    // Forgetting all of them costs nothing but that check.
    private const int Max = 50_000;

    private readonly ConcurrentDictionary<(StreamKey Stream, string Producer), (long Epoch, long Sequence)> _sequences = new();
    private int _count;

    /// <summary>The newest number in an epoch; 0 when none is known.</summary>
    public long Of(AppendRequest request, long epoch) =>
        request.Producer is { } producer && _sequences.TryGetValue((request.Stream, producer.ProducerId), out var known) && known.Epoch == epoch ? known.Sequence : 0;

    public void Note(AppendRequest request, AppendResult result)
    {
        // The log keeps no numbers of a batch that it refused whole.
        if (request.Producer is not { } producer || result.IsConflict || result.LeaseLeft is not null || result.Receipts.All(receipt => receipt.Outcome is AppendOutcome.RunEnded or AppendOutcome.RunTaken)) return;
        var key = (request.Stream, producer.ProducerId);
        var isNew = !_sequences.ContainsKey(key);
        _sequences[key] = (result.Head.Epoch, producer.FirstSequence + request.Events.Count - 1);
        if (!isNew || Interlocked.Increment(ref _count) <= Max) return;
        Interlocked.Exchange(ref _count, 0);
        _sequences.Clear();
    }
}

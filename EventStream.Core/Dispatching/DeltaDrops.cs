using System.Collections.Frozen;

namespace EventStream.Dispatching;

/// <summary>Counts the deltas that <see cref="WhenFull.DropDeltas"/> drops, and says when dropping begins and ends. Every call needs the dispatcher's lock.</summary>
internal sealed class DeltaDrops
{
    private static readonly FrozenSet<string> Types = FrozenSet.Create("agent_message_delta", "tool_call_delta", "agent_thought", "agent_thought_delta");
    private long _beforeEpisode;
    private bool _isOpen;

    public long Count { get; private set; }

    public static bool MayDrop(in QueuedEvent queued) => queued.Confirmation is null && Types.Contains(queued.Event.Type);

    /// <summary>True when that begins an episode.</summary>
    public bool AddNeedsLock()
    {
        Count++;
        if (_isOpen) return false;
        _beforeEpisode = Count - 1;
        return _isOpen = true;
    }

    /// <summary>How many were dropped in the episode that ends now; 0 when there was none.</summary>
    public long EndNeedsLock()
    {
        if (!_isOpen) return 0;
        _isOpen = false;
        return Count - _beforeEpisode;
    }
}

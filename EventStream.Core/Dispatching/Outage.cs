namespace EventStream.Dispatching;

/// <summary>Says when the bus stops answering and when it answers again, once per episode. Every call needs the dispatcher's lock.</summary>
internal sealed class Outage
{
    private int _stalledLanes;
    private bool _isOpen;

    /// <summary>Why the bus doesn't answer; null while it does.</summary>
    public Exception? Cause { get; private set; }

    /// <summary>An append was not answered; true when that begins an episode.</summary>
    public bool BeginNeedsLock(Lane lane, Exception cause)
    {
        Cause = cause;
        if (!lane.IsStalled) _stalledLanes++;
        lane.IsStalled = true;
        return !_isOpen && (_isOpen = true);
    }

    /// <summary>An append was answered; true when that ends an episode: no lane waits for an answer any more.</summary>
    public bool EndNeedsLock(Lane lane)
    {
        RemoveNeedsLock(lane);
        if (_stalledLanes > 0) return false;
        Cause = null;
        return _isOpen && !(_isOpen = false);
    }

    /// <summary>The lane gave its batch up. The episode goes on until an append is answered.</summary>
    public void RemoveNeedsLock(Lane lane)
    {
        if (lane.IsStalled) _stalledLanes--;
        lane.IsStalled = false;
    }
}

using EventStream.Events;

namespace EventStream.Bus.Redis;

/// <summary>One channel and those who listen to it.</summary>
internal sealed class RedisSubscription(StreamKey stream, TimeProvider time, RedisSubscriptions owner) : IChannelListener
{
    private readonly Lock _lock = new();
    private IStreamListener[] _listeners = [];
    private bool _hasSkipped;

    public StreamKey Stream => stream;

    /// <summary>The connection that brings its messages; changed under the gate of the stream only.</summary>
    public RedisSubscriberLink? Link { get; set; }

    public void Add(IStreamListener listener)
    {
        lock (_lock) _listeners = [.. _listeners, listener];
    }

    /// <summary>Returns whether nobody listens any more.</summary>
    public bool Remove(IStreamListener listener)
    {
        lock (_lock)
        {
            var at = Array.IndexOf(_listeners, listener);
            _listeners = [.. _listeners.Where((_, index) => index != at)];
            return _listeners.Length == 0;
        }
    }

    public void Interrupted()
    {
        lock (_lock) Tell(static (listener, _) => listener.OnInterrupted(), true);
        OnPause();
    }

    public void OnMessage(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            if (RedisWireFormat.TryReadEntry(message, out var entry))
            {
                Tell(static (listener, heard) => listener.OnEntry(heard), entry);
                return;
            }
            try
            {
                Tell(static (listener, heard) => listener.OnUnlogged(heard), RedisWireFormat.ReadUnlogged(message, stream, time));
            }
            catch (EventRejectedException e)
            {
                SkipNeedsLock(e.Message);
            }
            catch (Exception e)
            {
                // A defect, which one message shows: the others on this connection are heard all the same.
                owner.NoteFaulty(stream, e);
            }
        }
    }

    public void OnTooLong()
    {
        lock (_lock) SkipNeedsLock($"It has more than {RespMessages.MaxBytes} bytes.");
    }

    // Without the lock: what follows may take its time, and the next message shall not wait for it.
    public void OnPause() => Tell(static (listener, _) => listener.OnPause(), true);

    private void SkipNeedsLock(string reason)
    {
        owner.NoteSkipped(stream, reason, isFirst: !_hasSkipped);
        _hasSkipped = true;
    }

    // The lock, which all but a pause hold, keeps the promise that a listener hears one thing at a time.
    private void Tell<T>(Action<IStreamListener, T> tell, T what)
    {
        foreach (var listener in Volatile.Read(ref _listeners))
        {
            try
            {
                tell(listener, what);
            }
            catch (Exception e)
            {
                // One listener's fault must not keep the others from hearing it.
                owner.NoteFaulty(stream, e);
            }
        }
    }
}

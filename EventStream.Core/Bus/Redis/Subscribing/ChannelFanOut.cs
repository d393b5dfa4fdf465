using EventStream.Bus.Redis.Connections;
using EventStream.Bus.Redis.Wire;
using EventStream.Events;

namespace EventStream.Bus.Redis.Subscribing;

/// <summary>Hands what is published on the channel of one stream to the listeners of that stream.</summary>
internal sealed class ChannelFanOut(StreamKey stream, TimeProvider time, StreamSubscriptions owner) : IChannelListener
{
    private readonly Lock _lock = new();
    private IStreamListener[] _listeners = [];
    private bool _hasSkipped;

    public StreamKey Stream => stream;

    /// <summary>The connection that brings the messages; changed only by who holds the gate of the stream.</summary>
    public PubSubConnection? Connection { get; set; }

    public void Add(IStreamListener listener)
    {
        lock (_lock) _listeners = [.. _listeners, listener];
    }

    /// <summary>Returns whether no listener is left.</summary>
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
        lock (_lock) Call(static (listener, _) => listener.OnInterrupted(), true);
        OnPause();
    }

    public void OnMessage(ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            if (RedisWireFormat.TryReadEntry(message, out var entry))
            {
                Call(static (listener, heard) => listener.OnEntry(heard), entry);
                return;
            }
            try
            {
                Call(static (listener, heard) => listener.OnUnlogged(heard), RedisWireFormat.ReadUnlogged(message, stream, time));
            }
            catch (EventRejectedException e)
            {
                SkipNeedsLock(e.Message);
            }
            catch (Exception e)
            {
                // A defect that one message shows must not keep the connection from its other messages.
                owner.NoteFaulty(stream, e);
            }
        }
    }

    public void OnTooLong()
    {
        lock (_lock) SkipNeedsLock($"It has more than {RespParser.MaxBytes} bytes.");
    }

    // Without the lock: a listener may work for long in a pause, and the next message must not wait for it.
    public void OnPause() => Call(static (listener, _) => listener.OnPause(), true);

    private void SkipNeedsLock(string reason)
    {
        owner.NoteSkipped(stream, reason, isFirst: !_hasSkipped);
        _hasSkipped = true;
    }

    // All but OnPause hold the lock, so that a listener gets one call at a time.
    private void Call<T>(Action<IStreamListener, T> call, T argument)
    {
        foreach (var listener in Volatile.Read(ref _listeners))
        {
            try
            {
                call(listener, argument);
            }
            catch (Exception e)
            {
                // The other listeners must hear it all the same.
                owner.NoteFaulty(stream, e);
            }
        }
    }
}

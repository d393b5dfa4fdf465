using EventStream.Events;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>One channel and those who listen to it.</summary>
internal sealed class RedisSubscription(StreamKey stream, TimeProvider time, Action<StreamKey, string> onFirstSkipped)
{
    private readonly Lock _lock = new();
    private IStreamListener[] _listeners = [];
    private long _skipped;

    public StreamKey Stream => stream;

    /// <summary>How many messages were no event.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    public void Add(IStreamListener listener)
    {
        lock (_lock) _listeners = [.. _listeners, listener];
    }

    /// <summary>Returns whether nobody listens any more.</summary>
    public bool Remove(IStreamListener listener)
    {
        lock (_lock)
        {
            _listeners = [.. _listeners.Where(other => other != listener)];
            return _listeners.Length == 0;
        }
    }

    public void Interrupted()
    {
        // The lock keeps the promise that a listener hears one thing at a time.
        lock (_lock)
        {
            foreach (var listener in _listeners) listener.OnInterrupted();
        }
    }

    public void OnMessage(RedisChannel channel, RedisValue message)
    {
        byte[] bytes = message!;
        lock (_lock)
        {
            if (RedisWireFormat.TryReadEntry(bytes, out var entry))
            {
                foreach (var listener in _listeners) listener.OnEntry(entry);
                return;
            }
            try
            {
                var unlogged = RedisWireFormat.ReadUnlogged(bytes, stream, time);
                foreach (var listener in _listeners) listener.OnUnlogged(unlogged);
            }
            catch (EventRejectedException e)
            {
                if (Interlocked.Increment(ref _skipped) == 1) onFirstSkipped(stream, e.Message);
            }
        }
    }
}

namespace EventStream.Bus.Redis.Subscribing;

/// <summary>Hands each message of a connection to the listener of its channel.</summary>
internal sealed class ChannelRouter
{
    private const int PausesAtOnce = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], Route> _routes = new(Utf8Comparer.Instance);
    private readonly Dictionary<byte[], Route>.AlternateLookup<ReadOnlySpan<byte>> _routesByName;
    // Used by the reading thread alone.
    private readonly List<Route> _sincePause = [];

    public ChannelRouter() => _routesByName = _routes.GetAlternateLookup<ReadOnlySpan<byte>>();

    public void Add(byte[] channel, IChannelListener listener)
    {
        lock (_lock) _routes[channel] = new Route(listener);
    }

    public void Remove(byte[] channel)
    {
        lock (_lock) _routes.Remove(channel);
    }

    /// <summary>Hands one message over. Called by the reading thread.</summary>
    public void Deliver(in RespReply message)
    {
        Route? route;
        lock (_lock) _routesByName.TryGetValue(message.Channel, out route);
        if (route is not null && route.Deliver(message)) _sincePause.Add(route);
    }

    /// <summary>Tells the listeners that all messages that arrived together were handed over. Called by the reading thread.</summary>
    /// <remarks>A few listeners are called by this thread. Many are called by other threads, so that this one reads on meanwhile.</remarks>
    public void Pause()
    {
        if (_sincePause.Count <= PausesAtOnce)
        {
            foreach (var route in _sincePause) route.TakeListener().OnPause();
        }
        else
        {
            foreach (var routes in _sincePause.Chunk(PausesAtOnce))
                ThreadPool.UnsafeQueueUserWorkItem(new Pauses(Array.ConvertAll(routes, route => route.TakeListener())), preferLocal: false);
        }
        _sincePause.Clear();
    }

    private sealed class Route(IChannelListener listener)
    {
        private bool _hasDelivered;

        /// <returns>Whether it is the first message since the last pause.</returns>
        public bool Deliver(in RespReply message)
        {
            if (message.IsTooLong) listener.OnTooLong();
            else listener.OnMessage(message.Payload);
            var isFirst = !_hasDelivered;
            _hasDelivered = true;
            return isFirst;
        }

        /// <summary>The listener to tell of the pause; the next message is a first one again.</summary>
        public IChannelListener TakeListener()
        {
            _hasDelivered = false;
            return listener;
        }
    }

    private sealed class Pauses(IChannelListener[] listeners) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            foreach (var listener in listeners) listener.OnPause();
        }
    }
}

namespace EventStream.Benchmarks.Load;

/// <summary>A way for events to get to the server. Called by the generator's one thread, never waits.</summary>
internal interface ILoadPublisher : IAsyncDisposable
{
    /// <summary>Whether it takes another event now, in a closed loop.</summary>
    bool HasRoom(int session);

    void Publish(Marker marker);

    /// <summary>Sends what was published.</summary>
    void Flush();

    /// <summary>The first answer that refused an event; null when there was none.</summary>
    string? Trouble { get; }
}

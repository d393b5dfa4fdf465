namespace EventStream.Benchmarks.Load;

/// <summary>Publishes events to the server. The generator's one thread calls it, so it never waits.</summary>
internal interface ILoadPublisher : IAsyncDisposable
{
    /// <summary>Whether it can take another event now, in a closed loop.</summary>
    bool HasRoom(int session);

    void Publish(Marker marker);

    /// <summary>Sends the published events.</summary>
    void Flush();

    /// <summary>The first answer that refused an event; null when there is none.</summary>
    string? Trouble { get; }
}

namespace EventStream.Bus;

/// <summary>Reads where a session stands from a server, which knows.</summary>
internal interface ISessionReads
{
    /// <summary>What <c>GET /sessions/{sessionId}</c> answers.</summary>
    /// <exception cref="BusUnavailableException">The server, or its bus, didn't answer.</exception>
    ValueTask<byte[]> ReadSessionAsync(StreamKey session, CancellationToken cancellationToken = default);
}

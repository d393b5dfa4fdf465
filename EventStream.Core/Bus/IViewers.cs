namespace EventStream.Bus;

/// <summary>Knows how many clients watch a session; a bus and a server do.</summary>
internal interface IViewers
{
    /// <summary>How many clients of all servers watch a session. Those of a server that was killed count for 30 seconds more.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<long> CountViewersAsync(StreamKey session, CancellationToken cancellationToken = default);
}

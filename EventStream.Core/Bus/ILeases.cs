namespace EventStream.Bus;

/// <summary>Renews leases; a bus and a server do.</summary>
internal interface ILeases
{
    /// <summary>Renews the lease of a run, as an event of it would.</summary>
    /// <param name="stream">The session of the run.</param>
    /// <param name="runId">The run.</param>
    /// <param name="publisher">Who claimed it; null when nobody was asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when the run has no lease, or another's: it has ended, or was never claimed.</returns>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<bool> RenewAsync(StreamKey stream, string runId, Publisher? publisher, CancellationToken cancellationToken = default);
}

namespace EventStream.Bus;

/// <summary>Which leases may have ended, for those who end lost runs. Only the log's own marks say whether they have.</summary>
internal interface ILeaseIndex
{
    /// <summary>The runs whose lease may have ended, the oldest first.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<IReadOnlyList<LeasedRun>> DueAsync(int most, CancellationToken cancellationToken = default);

    /// <summary>The time by which leases end.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<DateTimeOffset> ClockAsync(CancellationToken cancellationToken = default);

    /// <summary>Looks at a run again after a while, or never.</summary>
    /// <param name="run">The run.</param>
    /// <param name="after">When; zero when it has no lease any more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask LookAgainAsync(LeasedRun run, TimeSpan after, CancellationToken cancellationToken = default);
}

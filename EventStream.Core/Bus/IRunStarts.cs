namespace EventStream.Bus;

/// <summary>Tells of runs whose start may have left the log; a bus does.</summary>
internal interface IRunStarts
{
    /// <summary>What is kept of a run that goes on, or waits for somebody; null when there is no such run, or too many have begun since.</summary>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<RunStart?> FindRunStartAsync(StreamKey stream, string runId, CancellationToken cancellationToken = default);
}

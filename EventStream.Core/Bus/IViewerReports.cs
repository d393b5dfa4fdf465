namespace EventStream.Bus;

/// <summary>Takes from each server how many clients watch which session there.</summary>
internal interface IViewerReports
{
    /// <summary>Keeps what a server has said for 30 seconds more.</summary>
    /// <param name="node">The server.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when there is nothing that it has said, and all of it is to be said anew.</returns>
    /// <exception cref="BusUnavailableException">The bus didn't answer.</exception>
    ValueTask<bool> KeepViewersAsync(string node, CancellationToken cancellationToken = default);

    /// <summary>Takes what has changed on a server.</summary>
    /// <param name="node">The server.</param>
    /// <param name="viewers">The clients of each session; 0 when there are none any more.</param>
    /// <param name="isAll">Whether it is all that there is to say; what was said before is dropped.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="BusUnavailableException">The bus didn't answer; what it has taken is unknown.</exception>
    ValueTask ReportViewersAsync(string node, IReadOnlyDictionary<StreamKey, int> viewers, bool isAll, CancellationToken cancellationToken = default);
}

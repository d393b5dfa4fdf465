namespace EventStream.Bus;

/// <summary>A claim was not stored because its run had started.</summary>
public sealed class RunTakenException : Exception
{
    /// <summary>Takes the run that had started.</summary>
    public RunTakenException(string? runId) : base($"The run '{runId}' has been started by another; it can't be claimed.") => RunId = runId;

    /// <summary>The run that had started.</summary>
    public string? RunId { get; }
}

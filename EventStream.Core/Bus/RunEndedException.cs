namespace EventStream.Bus;

/// <summary>An event was not stored because its run had ended.</summary>
public sealed class RunEndedException : Exception
{
    /// <summary>Takes the run that had ended.</summary>
    public RunEndedException(string? runId) : base($"The run '{runId}' has ended; it takes no further events.") => RunId = runId;

    /// <summary>The run that had ended.</summary>
    public string? RunId { get; }
}

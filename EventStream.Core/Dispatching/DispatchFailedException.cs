namespace EventStream.Dispatching;

/// <summary>Events were given up since the last flush.</summary>
public sealed class DispatchFailedException : Exception
{
    internal DispatchFailedException(IReadOnlyList<DispatchFailure> failures, long failedEvents)
        : base($"{failedEvents} events were given up; the first because: {failures[0].Exception.Message}", failures[0].Exception) =>
        (Failures, FailedEvents) = (failures, failedEvents);

    /// <summary>What was given up and why, oldest first; at most 16, the others are only counted.</summary>
    public IReadOnlyList<DispatchFailure> Failures { get; }

    /// <summary>How many events were given up.</summary>
    public long FailedEvents { get; }
}

namespace EventStream.Events.Payloads;

/// <summary>A notice that something went wrong inside a run. The run is not over: see <see cref="RunFailed"/>.</summary>
public sealed record RunError : CanonicalPayload
{
    /// <summary>The kind of error.</summary>
    public required string ErrorType { get; init; }

    /// <summary>What went wrong, in words.</summary>
    public required string Message { get; init; }

    /// <summary>The agent that speaks or acts.</summary>
    public string? Agent { get; init; }

    /// <summary>The step in which it happened.</summary>
    public string? Step { get; init; }

    /// <summary>The stack trace, for developers.</summary>
    public string? Traceback { get; init; }
}

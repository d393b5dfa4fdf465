namespace EventStream.Events.Payloads;

/// <summary>Somebody tells a run on its way what to mind.</summary>
public sealed record RunSteered : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>What it shall mind.</summary>
    public required string Message { get; init; }

    /// <summary>Who asked.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>The agent that the run belongs to.</summary>
    public string? Agent { get; init; }
}

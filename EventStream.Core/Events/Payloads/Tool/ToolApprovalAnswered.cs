namespace EventStream.Events.Payloads;

/// <summary>Somebody allowed a call of a tool, or didn't.</summary>
public sealed record ToolApprovalAnswered : CanonicalPayload
{
    /// <summary>The question that this answers.</summary>
    public required string ApprovalId { get; init; }

    /// <summary>The run that waits.</summary>
    public required string RunId { get; init; }

    /// <summary>Whether the tool may be called.</summary>
    public required bool Approved { get; init; }

    /// <summary>Why, in words for the agent.</summary>
    public string? Reason { get; init; }

    /// <summary>Who answered.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>The agent that the run belongs to.</summary>
    public string? Agent { get; init; }

    /// <summary>What the client that answered calls the run from here on: in some protocols a run that was waiting goes on as a new one.</summary>
    public string? ContinuedAs { get; init; }
}

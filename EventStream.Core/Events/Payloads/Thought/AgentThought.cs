namespace EventStream.Events.Payloads;

/// <summary>What an agent thinks on its way, not meant as an answer.</summary>
public sealed record AgentThought : CanonicalPayload
{
    /// <summary>The agent that speaks or acts.</summary>
    [MethodParameter(IsRequired = true)]
    public string? Agent { get; init; }

    /// <summary>The thought.</summary>
    public required string Content { get; init; }

    /// <summary>Whether only developers should see it.</summary>
    [MethodParameter(Default = true)]
    public bool? Debug { get; init; }

    /// <summary>The message or thought that this belongs to.</summary>
    public string? MessageId { get; init; }
}

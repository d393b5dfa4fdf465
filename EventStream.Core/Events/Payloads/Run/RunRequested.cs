using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>Somebody asks an agent for a run. It waits until a worker of that agent starts it.</summary>
public sealed record RunRequested : CanonicalPayload
{
    /// <summary>The run that this is about.</summary>
    public required string RunId { get; init; }

    /// <summary>The agent that shall run.</summary>
    public required string Agent { get; init; }

    /// <summary>What it shall do: any JSON value.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Who asked.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>What the client that asked calls the conversation; the session when absent.</summary>
    public string? ThreadId { get; init; }
}

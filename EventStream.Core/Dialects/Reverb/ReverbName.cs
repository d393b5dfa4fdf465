namespace EventStream.Dialects.Reverb;

/// <summary>What an event is called: in an envelope, and as a flat frame.</summary>
/// <param name="Envelope">The name in an envelope.</param>
/// <param name="Flat">The name of the flat frame; null when flat frames tell nothing of the kind.</param>
internal sealed record ReverbName(string Envelope, string? Flat)
{
    public static readonly ReverbName Status = new("agent.status", "session.status");
    public static readonly ReverbName StepStarted = new("agent.step.started", "step.started");
    public static readonly ReverbName StepCompleted = new("agent.step.completed", "step.completed");
    public static readonly ReverbName ToolStarted = new("agent.tool.started", "tool.called");
    public static readonly ReverbName ToolCompleted = new("agent.tool.completed", "tool.completed");
    public static readonly ReverbName Chunk = new("agent.stream.chunk", "stream.chunk");
    public static readonly ReverbName Continuation = new("agent.continuation", Flat: null);

    /// <summary>Nothing is left to tell.</summary>
    public static readonly ReverbName Nothing = new("", "");
}

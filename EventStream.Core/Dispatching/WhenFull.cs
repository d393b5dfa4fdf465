namespace EventStream.Dispatching;

/// <summary>What publishing does while the dispatcher holds as many events as it may.</summary>
public enum WhenFull
{
    /// <summary>The caller waits until there is room.</summary>
    Wait,

    /// <summary><c>agent_message_delta</c>, <c>tool_call_delta</c>, <c>agent_thought</c> and <c>agent_thought_delta</c> are dropped and counted; callers with other events wait.</summary>
    DropDeltas,
}

namespace EventStream.Sessions;

/// <summary>Compares the agents that events name.</summary>
internal static class AgentNames
{
    /// <summary>Whether two events may be of one agent: of one that isn't named, that may be any.</summary>
    public static bool MayBeOne(string? agent, string? other) => Named(agent) is not { } one || Named(other) is not { } another || one == another;

    /// <summary>Whether both name the same agent.</summary>
    public static bool AreOne(string? agent, string? other) => Named(agent) is { } one && one == Named(other);

    /// <summary>The agent without blanks around it; null when none is named. Pieces without an agent become an assistant's.</summary>
    public static string? Named(string? agent) => agent?.Trim() is { Length: > 0 } name && name != "assistant" ? name : null;
}

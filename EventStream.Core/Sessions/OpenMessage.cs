namespace EventStream.Sessions;

/// <summary>A message or thought that began and hasn't ended.</summary>
internal sealed record OpenMessage
{
    /// <summary>Its <c>message_id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The id that its source gave it, where an earlier message of the session has that id; null where it is <see cref="Id"/>.</summary>
    public string? SourceId { get; init; }

    /// <summary>Identifies it: a message and a thought may share an id.</summary>
    public (string Id, bool IsThought) Key => (Id, IsThought);

    /// <summary>How many began before it.</summary>
    public required long Number { get; init; }

    /// <summary>The text so far.</summary>
    public GrowingText Text { get; init; }

    /// <summary>Whether the text outgrew <see cref="SessionState.MaxTextBytes"/>; what came later isn't in it.</summary>
    public bool IsCut { get; init; }

    /// <summary>Whether it is a thought.</summary>
    public bool IsThought { get; init; }

    /// <summary>Whether its start came; a piece of its text may come before.</summary>
    public bool IsStarted { get; init; }

    /// <summary>The agent, when known.</summary>
    public string? Agent { get; init; }

    /// <summary>Its run, when it has one.</summary>
    public string? RunId { get; init; }

    /// <summary>Its execution, when it has one.</summary>
    public string? ExecutionId { get; init; }

    /// <summary>Its run, else its execution; null when it has neither.</summary>
    public string? Scope => RunId ?? ExecutionId;

    /// <summary>Its project, when it has one.</summary>
    public string? ProjectId { get; init; }
}

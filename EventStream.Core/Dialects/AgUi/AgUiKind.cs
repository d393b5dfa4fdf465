namespace EventStream.Dialects.AgUi;

/// <summary>What a message of a conversation is.</summary>
internal enum AgUiKind
{
    /// <summary>Something that somebody says.</summary>
    Text,

    /// <summary>A thought.</summary>
    Reasoning,

    /// <summary>A message with the call of a tool.</summary>
    Call,

    /// <summary>The result of such a call.</summary>
    Result,

    /// <summary>What goes on, such as a plan: no text, but an object.</summary>
    Activity,
}

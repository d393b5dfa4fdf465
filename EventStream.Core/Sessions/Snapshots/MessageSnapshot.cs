namespace EventStream.Sessions.Snapshots;

/// <summary>A message, or a thought, that has no end yet.</summary>
public sealed record MessageSnapshot
{
    /// <summary>Its id.</summary>
    public required string MessageId { get; init; }

    /// <summary><c>message</c> or <c>thought</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The text so far.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the text outgrew the 200 KiB that are kept.</summary>
    public bool IsCut { get; init; }

    /// <summary>Who says it, when known.</summary>
    public string? Agent { get; init; }

    /// <summary>Its run, when it has one.</summary>
    public string? RunId { get; init; }

    internal static MessageSnapshot Of(OpenMessage message) =>
        new() { MessageId = message.Id, Kind = message.IsThought ? "thought" : "message", Text = message.Text.ToString(), IsCut = message.IsCut, Agent = message.Agent, RunId = message.RunId };
}

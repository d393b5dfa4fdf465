using EventStream.Events;

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

    /// <summary>Whether the text goes on: it outgrew the 200 KiB that are kept, or its share of the 256 KiB that all texts of a snapshot take.</summary>
    public bool IsCut { get; init; }

    /// <summary>Who says it, when known.</summary>
    public string? Agent { get; init; }

    /// <summary>Its run, when it has one.</summary>
    public string? RunId { get; init; }

    internal static MessageSnapshot Of(OpenMessage message, int maxBytes)
    {
        // A letter takes three bytes at most, or two of them four.
        var (text, isCut) = (message.Text.ToString(), message.IsCut);
        if (message.Text.Length > maxBytes) (text, isCut) = (Wtf8.Beginning(text, maxBytes / 3), true);
        return new() { MessageId = message.Id, Kind = message.IsThought ? "thought" : "message", Text = text, IsCut = isCut, Agent = message.Agent, RunId = message.RunId };
    }
}

using System.Text.Json;
using EventStream.Events;

namespace EventStream.Api.Agents.Posting;

/// <summary>A message of a conversation, as a client posts it.</summary>
/// <param name="Pointer">Where it stands in the request.</param>
/// <param name="Id">The id that the client gave it, or knows it by.</param>
/// <param name="Role">Who speaks, such as <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">Its text.</param>
internal sealed record PostedMessage(string Pointer, string Id, string Role, string Content)
{
    /// <summary>The most characters of an id.</summary>
    public const int MaxIdLength = 256;

    /// <summary>The most messages of a post: as many as a snapshot tells.</summary>
    public const int MaxCount = 10_000;

    /// <summary>The call of a tool that it answers; null when it answers none.</summary>
    public string? ToolCallId { get; init; }

    /// <summary>All that it consists of, in the client's own form; null when that is the text alone.</summary>
    public JsonElement? Parts { get; init; }

    /// <exception cref="EventRejectedException">A post has more messages than it may.</exception>
    public static void CheckCount(string pointer, JsonElement messages)
    {
        if (messages.GetArrayLength() > MaxCount) throw new EventRejectedException(pointer, $"has {messages.GetArrayLength()} messages; {MaxCount} are its most, so leave out the oldest.", isTooLarge: true);
    }

    public bool IsUsers => Role == "user";

    /// <summary>Whether it comes from an agent, which needs not be told of it.</summary>
    public bool IsAgents => Role is "assistant" or "reasoning" or "activity";
}

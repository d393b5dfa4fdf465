using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Api.Agents.Posting;

/// <summary>A run that a client asks for by posting the conversation as it knows it.</summary>
internal sealed record PostedRun
{
    // Members and names around what is counted.
    private const int Overhead = 8 * 1024;

    // A batch holds 1,000 events and 4 MiB; what doesn't fit is the oldest, whose log was lost.
    private const int MaxCreated = 500, MaxCreatedBytes = 3 * 1024 * 1024;

    public required string RunId { get; init; }

    /// <summary>What the client calls the conversation; null when that is the session.</summary>
    public string? ThreadId { get; init; }

    /// <summary>The agent that shall run.</summary>
    public required string Agent { get; init; }

    /// <summary>The whole conversation, the oldest message first.</summary>
    public required IReadOnlyList<PostedMessage> Messages { get; init; }

    /// <summary>What the agent is told besides, such as tools, context and state.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Others { get; init; } = [];

    /// <summary>Refuses what an agent is told besides the messages, when an event has no room for it.</summary>
    /// <param name="others">The members of the request, and where they stand in it.</param>
    /// <exception cref="EventRejectedException">Names the largest.</exception>
    public static void RequireRoom(IEnumerable<(string Pointer, JsonElement Value)> others)
    {
        const int Room = EventLimits.MaxEventBytes - Overhead;
        var sizes = others.Select(other => (other.Pointer, Bytes: JsonMarshal.GetRawUtf8Value(other.Value).Length)).ToList();
        if (sizes.Sum(size => (long)size.Bytes) <= Room) return;
        var (pointer, bytes) = sizes.MaxBy(size => size.Bytes);
        throw new EventRejectedException(pointer, $"takes {bytes} bytes; all that an agent is told besides the messages may take {Room} together.", isTooLarge: true);
    }

    /// <summary>What is published: the user's messages that the log lacks, then the request, which holds what the agent hasn't answered.</summary>
    /// <exception cref="EventRejectedException">A message is larger than an event may be.</exception>
    public IReadOnlyList<DecidedEvent> EventsFor(SessionState state, string? requestedBy)
    {
        var news = NewIn(state);
        var told = Newest(news.Where(message => message.IsUsers && !state.HasMessage(message.Id, Encoding.UTF8.GetBytes(message.Content))), MaxCreated, MaxCreatedBytes);
        var request = new RunRequested { RunId = RunId, Agent = Agent, Input = Input(news), RequestedBy = requestedBy, ThreadId = ThreadId };
        return [.. told.Select(message => Told(message, state)), new DecidedEvent(request, Pointer: news is [.., var newest] ? newest.Pointer : "")];
    }

    /// <summary>The messages behind the last one that the log holds, and in any case those that no agent has answered yet.</summary>
    private IReadOnlyList<PostedMessage> NewIn(SessionState state)
    {
        var (known, answered) = (-1, -1);
        for (var i = 0; i < Messages.Count; i++)
        {
            if (IsKnown(Messages[i], state)) known = i;
            if (Messages[i].IsAgents) answered = i;
        }
        return [.. Messages.Skip(Math.Min(known, answered) + 1).Where(message => message.Role is not ("reasoning" or "activity"))];
    }

    // Some clients know an answer by the id of its run, and a result by an id of their own.
    private static bool IsKnown(PostedMessage message, SessionState state) =>
        state.KnowsMessage(message.Id) || state.ToolCall(message.Id) is not null || state.Run(message.Id) is not null || (message.ToolCallId is { } call && state.ToolCall(call) is { HasResult: true });

    private DecidedEvent Told(PostedMessage message, SessionState state)
    {
        // The epoch: a session that was deleted is told its messages again.
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{state.Head.Epoch}\n{RunId}\n{message.Id}"));
        CanonicalPayload payload = state.KnowsMessage(message.Id)
            ? new MessageUpdated { MessageId = message.Id, Role = message.Role, Content = message.Content, Replace = true }
            : new MessageCreated { MessageId = message.Id, Role = message.Role, Content = message.Content };
        return new DecidedEvent(payload, $"posted-{Convert.ToHexStringLower(digest.AsSpan(0, 16))}", message.Pointer);
    }

    private JsonElement Input(IReadOnlyList<PostedMessage> news)
    {
        var left = EventLimits.MaxEventBytes - Overhead - Others.Sum(other => JsonMarshal.GetRawUtf8Value(other.Value).Length);
        var told = Newest(news, int.MaxValue, left);
        var json = new PayloadWriter().BeginNative().Raw("messages", Encoding.UTF8.GetBytes($"[{string.Join(',', told.Select(ToJson))}]"));
        if (told.Count < news.Count) json.Number("messages_omitted", news.Count - told.Count);
        foreach (var (name, value) in Others) json.Json(name, value);
        return JsonElement.Parse(json.Finish().Utf8.Span);
    }

    private static string ToJson(PostedMessage message) =>
        $"{new PayloadWriter().BeginNative().Text("id", message.Id).Text("role", message.Role).Text("content", message.Content).Text("tool_call_id", message.ToolCallId).Json("parts", message.Parts).Finish()}";

    /// <summary>As many of the last messages as have room; at least one.</summary>
    private static List<PostedMessage> Newest(IEnumerable<PostedMessage> messages, int maxCount, int maxBytes)
    {
        var newest = new List<PostedMessage>();
        foreach (var message in messages.Reverse())
        {
            maxBytes -= Encoding.UTF8.GetByteCount(ToJson(message));
            if (newest.Count > 0 && (maxBytes < 0 || newest.Count == maxCount)) break;
            newest.Insert(0, message);
        }
        return newest;
    }
}

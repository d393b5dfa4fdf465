using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects.Eddie;

/// <summary>Messages and thoughts as Eddie sends them: the whole text, each time it grows.</summary>
internal static class EddieMessageData
{
    public static bool Message(EddieData data, TextMemory texts)
    {
        if (data.Payload.TakeText("message_id") is not { } id) return false;
        if (data.Native == "ChatMessageCreatedEvent") data.Written.Text("messageId", NativeId(data, id));
        else
        {
            data.Written.Text("id", NativeId(data, id));
            var isReplaced = data.Payload.Take("replace") is { ValueKind: JsonValueKind.True };
            var known = isReplaced ? texts.Of(data.Stored, id, isThought: false) : texts.Find(data.Stored, id, isThought: false);
            if (data.Stored.Type == "message_updated" && data.Payload.Member("content") is { } content && JsonText.TryWtf8(content, out var text)) known?.Replace(text);
            Members(data, known);
            data.Rename("content", "content");
        }
        return End(data);
    }

    /// <summary>The start or growth of a message. The console's events hold only the new text.</summary>
    public static bool Partial(EddieData data, TextMemory texts)
    {
        var isStart = data.Stored.Type == "agent_message_start";
        ReadOnlySpan<byte> delta = default;
        if (!isStart && !(data.Payload.Member("delta") is { } given && JsonText.TryWtf8(given, out delta))) return false;
        if (data.Payload.TakeText("message_id") is not { } id) return false;
        data.Payload.Drop("delta");
        data.Written.Text("id", NativeId(data, id));
        if (data.IsWire)
        {
            var message = isStart ? texts.Begin(data.Stored, id, isThought: false) : texts.Of(data.Stored, id, isThought: false);
            Members(data, message);
            data.Written.Text("content", message.Append(delta));
        }
        else
        {
            data.Payload.TakeText("role");
            data.Written.Text("text", delta);
        }
        return End(data);
    }

    /// <summary>Whether an event continues a message that began before this connection: its whole text isn't known.</summary>
    public static bool ContinuesUnknownText(StoredEvent stored, TextMemory texts) =>
        stored.Type == "agent_message_delta" && stored.SourceType is { } native && EddieData.IsOnWire(native)
        && new NativeBody(stored.Payload).MemberText("message_id") is { } id && texts.Find(stored, id, isThought: false) is null;

    /// <summary>A message that has ended, with its whole text. One that is too long for an event is left out.</summary>
    public static bool Whole(EddieData data, TextMemory texts)
    {
        if (data.Payload.Member("content_truncated") is not null || data.Payload.TakeText("message_id") is not { } id) return false;
        data.Written.Text("id", NativeId(data, id));
        Members(data, texts.Find(data.Stored, id, isThought: false));
        data.Rename("content", "content");
        texts.Drop(data.Stored, id, isThought: false);
        return End(data);
    }

    public static bool ThoughtPartial(EddieData data, TextMemory texts)
    {
        if (data.Payload.Member("delta") is not { } given || !JsonText.TryWtf8(given, out var delta) || data.Payload.TakeText("message_id") is not { } id) return false;
        data.Payload.Drop("delta");
        data.Written.Text(data.IsWire ? "messageId" : "id", NativeId(data, id));
        if (data.IsWire)
        {
            var isWhole = data.Payload.Take("replace") is { ValueKind: JsonValueKind.True };
            delta = (isWhole ? texts.Begin(data.Stored, id, isThought: true) : texts.Of(data.Stored, id, isThought: true)).Append(delta);
        }
        data.Written.Text("text", delta);
        return EndThought(data);
    }

    public static bool Thought(EddieData data, TextMemory texts)
    {
        if (data.Payload.TakeText("message_id") is not { } id) return false;
        texts.Drop(data.Stored, id, isThought: true);
        data.Written.Text(data.IsWire ? "messageId" : "id", NativeId(data, id));
        data.Rename("content", "text");
        return EndThought(data);
    }

    private static string NativeId(EddieData data, string id) => data.Payload.TakeText("source_message_id") ?? id;

    // Role and time of creation don't change: the first event of a message gives them, and the others repeat them.
    private static void Members(EddieData data, KnownText? known)
    {
        var role = data.Payload.TakeText("role") ?? known?.Role;
        var createdAt = data.Payload.TakeText("created_at") ?? known?.CreatedAt ?? data.Stored.Timestamp;
        var name = data.Payload.TakeText("name") ?? known?.Name;
        var toolCallId = data.Payload.TakeText("tool_call_id") ?? known?.ToolCallId;
        if (known is not null) (known.Role, known.CreatedAt, known.Name, known.ToolCallId) = (role, createdAt, name, toolCallId);
        data.Written.Text("role", role ?? (data.Stored.Type == "message_created" ? null : "assistant")).Text("toolCallId", toolCallId).Text("name", name);
        if (data.Payload.Member("createdAt") is null) data.Written.Text("createdAt", createdAt);
    }

    private static bool End(EddieData data)
    {
        data.Begin();
        data.Agent();
        return data.End();
    }

    private static bool EndThought(EddieData data)
    {
        data.Begin();
        data.Time();
        data.Agent(isNullable: true);
        return data.End();
    }
}

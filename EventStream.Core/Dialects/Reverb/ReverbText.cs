using System.Text.Json;
using EventStream.Events;
using static EventStream.Dialects.Reverb.ReverbMemory;

namespace EventStream.Dialects.Reverb;

/// <summary>Messages as chunks, of which the last is complete.</summary>
internal static class ReverbText
{
    private static readonly JsonElement NoText = JsonElement.Parse("\"\""u8);

    public static ReverbName? Began(ReverbData data)
    {
        if (IdOf(data) is { } id) data.Memory.Messages.Set(id, default);
        return null;
    }

    public static ReverbName? Piece(ReverbData data)
    {
        if (data.Payload.Take(JsonValueKind.String, "delta") is not { } delta) return null;
        var isComplete = data.Payload.Take("is_complete") is { ValueKind: JsonValueKind.True };
        if (IdOf(data) is { } id) data.Memory.Messages.Set(id, new ToldMessage(HasPieces: true, isComplete));
        return Write(data, delta, isComplete);
    }

    /// <summary>The end of a message. It repeats no text that came in pieces.</summary>
    public static ReverbName? Ended(ReverbData data)
    {
        if (data.Payload.Take(JsonValueKind.String, "content") is not { } content) return null;
        Remember(data, content);
        var told = IdOf(data) is { } id ? data.Memory.Messages.Find(id) : default;
        return told.IsComplete ? ReverbName.Nothing : Complete(data, told.HasPieces ? NoText : content);
    }

    /// <summary>A message that an agent says at once.</summary>
    public static ReverbName? Whole(ReverbData data)
    {
        if (data.Payload.MemberText("role") is not ("assistant" or "agent") || data.Payload.MemberText("content") is not { Length: > 0 }) return null;
        if (IdOf(data) is { } id && data.Memory.Messages.Find(id) is { HasPieces: true } or { IsComplete: true }) return null;
        var content = data.Payload.Take("content")!.Value;
        Remember(data, content);
        return Complete(data, content);
    }

    private static ReverbName Complete(ReverbData data, JsonElement chunk)
    {
        if (IdOf(data) is { } id) data.Memory.Messages.Set(id, new ToldMessage(HasPieces: true, IsComplete: true));
        data.Payload.Drop("is_complete");
        return Write(data, chunk, isComplete: true);
    }

    private static ReverbName Write(ReverbData data, JsonElement chunk, bool isComplete)
    {
        data.Begin(ReverbName.Chunk).Json("chunk", chunk).Flag("is_complete", isComplete);
        data.Move("tokens_delta");
        if (data.HasSecondName("content") || data.Payload.IsTaken("content")) data.Written.Json("content", chunk);
        return ReverbName.Chunk;
    }

    private static void Remember(ReverbData data, JsonElement content)
    {
        if (JsonText.Text(content) is { Length: > 0 and <= MaxResponseLength } said) data.Memory.Responses.Set(data.Scope, said);
    }

    private static string? IdOf(ReverbData data) => data.Payload.MemberText("message_id") is { Length: <= EventLimits.MaxMemberLength } id ? id : null;
}

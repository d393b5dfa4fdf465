using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects.Reverb;

/// <summary>What an agent answered: an object with <c>last_response</c>.</summary>
internal static class ReverbOutput
{
    private const string LastResponse = "last_response";

    /// <summary>Writes the output of a status; a final one has the newest message of its run or execution when nothing else is said.</summary>
    public static void Write(ReverbData data, JsonElement? output, bool isFinal)
    {
        var last = (output is { ValueKind: JsonValueKind.String } text ? JsonText.Text(text) : null)
            ?? data.Payload.MemberText(LastResponse) ?? (isFinal ? data.Memory.Responses.Find(data.Scope) : null);
        switch (output)
        {
            case { ValueKind: JsonValueKind.Object } members when last is null || !NativeBody.IsPlain(members) || JsonText.Member(members, LastResponse) is { ValueKind: not JsonValueKind.Null }:
                data.Json("output", members);
                break;
            case { ValueKind: JsonValueKind.Object } members:
                var rest = new NativeBody(members);
                rest.Drop(LastResponse);
                data.Written.Object("output", Begin(last).Remaining(rest).Finish());
                break;
            case { ValueKind: not (JsonValueKind.Null or JsonValueKind.String) } value:
                data.Written.Object("output", Begin(last).Json("value", value).Finish());
                break;
            default:
                if (last is null) data.Written.Null("output");
                else data.Written.Object("output", Begin(last).Finish());
                break;
        }
        if (last is not null && data.HasSecondName(LastResponse)) data.Written.Text(LastResponse, last);
    }

    private static PayloadWriter Begin(string? last) =>
        last is null ? new PayloadWriter().BeginNative().Null(LastResponse) : new PayloadWriter().BeginNative().Text(LastResponse, last);
}

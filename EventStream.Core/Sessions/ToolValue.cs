using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>The arguments or the outcome of a tool call, as far as comparing them needs.</summary>
/// <param name="Digest">Equal for equal values, however they are written.</param>
/// <param name="Beginning">The same for the first 2,000 characters; null when there are fewer.</param>
/// <param name="IsCut">Whether they are a text that was cut.</param>
internal readonly record struct ToolValue(ulong Digest, ulong? Beginning, bool IsCut)
{
    // Eddie cuts arguments and results on its sockets at this length, and has the whole ones in its trace log.
    private const int BeginningLength = 2000;

    /// <summary>No arguments: an empty object.</summary>
    public static ToolValue None { get; } = Of(EventJson.NoMembers);

    /// <summary>The value of JSON: an object, or a text of another form.</summary>
    public static ToolValue Of(JsonElement value)
    {
        var json = JsonMarshal.GetRawUtf8Value(value);
        var text = value.ValueKind == JsonValueKind.String ? JsonText.Text(value)! : json.Length >= BeginningLength ? Encoding.UTF8.GetString(json) : "";
        return new ToolValue(
            CanonicalJson.DigestOf(value),
            text.Length >= BeginningLength ? SessionState.DigestOf(MemoryMarshal.AsBytes(text.AsSpan(0, BeginningLength))) : null,
            value.ValueKind == JsonValueKind.String && text.EndsWith('…'));
    }

    /// <summary>How a call ended. Each way in which a system tells of a failure has words of its own, so these don't count.</summary>
    /// <param name="result">The canonical result; null when there is none.</param>
    /// <param name="isFailure">Whether it failed.</param>
    public static ToolValue Outcome(JsonElement? result, bool isFailure)
    {
        var value = Of(result ?? Nothing);
        return isFailure ? value with { Digest = ~value.Digest } : value;
    }

    /// <summary>Whether both are the same, as far as they are known: cut ones are compared by their beginning.</summary>
    public bool IsSame(ToolValue other) => Digest == other.Digest || ((IsCut || other.IsCut) && Beginning is not null && Beginning == other.Beginning);

    private static JsonElement Nothing { get; } = JsonElement.Parse("null"u8);
}

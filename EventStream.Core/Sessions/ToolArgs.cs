using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>The arguments of a tool call, as far as comparing them needs.</summary>
/// <param name="Digest">Equal for equal values, however they are written.</param>
/// <param name="Beginning">The same for the first 2,000 characters; null when there are fewer.</param>
/// <param name="IsCut">Whether they are a text that was cut.</param>
internal readonly record struct ToolArgs(ulong Digest, ulong? Beginning, bool IsCut)
{
    // Eddie cuts arguments on its sockets at this length, and has the whole ones in its trace log.
    private const int BeginningLength = 2000;

    /// <summary>No arguments: an empty object.</summary>
    public static ToolArgs None { get; } = Of(EventJson.NoMembers);

    /// <summary>The arguments of a JSON value: an object, or a text of another form.</summary>
    public static ToolArgs Of(JsonElement args)
    {
        var json = JsonMarshal.GetRawUtf8Value(args);
        var text = args.ValueKind == JsonValueKind.String ? JsonText.Text(args)! : json.Length >= BeginningLength ? Encoding.UTF8.GetString(json) : "";
        return new ToolArgs(
            CanonicalJson.DigestOf(args),
            text.Length >= BeginningLength ? SessionState.DigestOf(MemoryMarshal.AsBytes(text.AsSpan(0, BeginningLength))) : null,
            args.ValueKind == JsonValueKind.String && text.EndsWith('…'));
    }

    /// <summary>Whether both are the same, as far as they are known: cut ones are compared by their beginning.</summary>
    public bool IsSame(ToolArgs other) => Digest == other.Digest || ((IsCut || other.IsCut) && Beginning is not null && Beginning == other.Beginning);
}

using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>What is known of a model's response, in vocabularies of model providers.</summary>
/// <param name="Id">The provider's id of it.</param>
/// <param name="Source">The vocabulary.</param>
/// <param name="Constants">A digest of what each piece of it repeats: see <see cref="ConstantsOf"/>.</param>
/// <param name="CallsBefore">How many tool calls began before it in the session.</param>
internal sealed record ResponseState(string Id, string Source, ulong Constants, long CallsBefore)
{
    /// <summary>The status of a run whose response has ended, and that goes on when its caller has run the tools.</summary>
    public const string AwaitingTools = "awaiting_tools";

    /// <summary>The members that each chunk of a response repeats.</summary>
    public static IReadOnlyList<string> Constant { get; } = ["created", "model", "system_fingerprint", "service_tier", "provider"];

    private const int MaxUsageLength = 4096;

    /// <summary>Why the model stopped; null while it goes on.</summary>
    public string? StopReason { get; private init; }

    /// <summary>What it has used up, as JSON; null when unknown.</summary>
    public string? Usage { get; private init; }

    /// <summary>The response of a run after one more of its events.</summary>
    public static ResponseState? After(ResponseState? known, Event next, PayloadMembers payload, long calls)
    {
        if (next.Source is null || payload.Text("status") == AwaitingTools) return null;
        var response = payload.Text("response_id") is { } id && id != known?.Id ? new ResponseState(id, next.Source, ConstantsOf(payload.Json), calls) : known;
        if (response is null) return null;
        var usage = payload.Element("usage") is { ValueKind: JsonValueKind.Object } said ? said.GetRawText() : null;
        return response with { StopReason = payload.Text("stop_reason") ?? response.StopReason, Usage = usage is { Length: <= MaxUsageLength } ? usage : response.Usage };
    }

    /// <summary>A digest of the members that each chunk of a response repeats.</summary>
    public static ulong ConstantsOf(JsonElement json)
    {
        var text = new StringBuilder();
        foreach (var name in Constant) text.Append(JsonText.Member(json, name) is { ValueKind: not JsonValueKind.Null } value ? value.GetRawText() : "").Append('\n');
        return SessionState.DigestOf(MemoryMarshal.AsBytes(text.ToString().AsSpan()));
    }
}

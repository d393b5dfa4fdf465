using System.Text.Json;
using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>The members of a payload that a fold looks at; a member of another type counts as absent.</summary>
internal readonly struct PayloadMembers(JsonElement payload)
{
    public string? Text(string name) => JsonText.MemberText(payload, name);

    public JsonElement? Element(string name) => JsonText.Member(payload, name);

    public bool IsTrue(string name) => JsonText.Member(payload, name) is { ValueKind: JsonValueKind.True };

    public long? Whole(string name) => JsonText.Member(payload, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;
}

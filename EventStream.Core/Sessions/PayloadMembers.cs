using System.Text.Json;
using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>The members of a payload that a fold looks at; a member of another type counts as absent.</summary>
internal readonly struct PayloadMembers(JsonElement payload)
{
    public JsonElement Json => payload;

    /// <summary>The beginning of a text: long ones would fill the state.</summary>
    public string? Text(string name, int maxLength = SessionState.MaxIdLength) => JsonText.MemberText(payload, name) is { } text ? Wtf8.Beginning(text, maxLength) : null;

    /// <summary>An id, of any type; null when it is longer than the state keeps.</summary>
    public string? Id(string name) => JsonText.Id(Element(name)) is { Length: <= SessionState.MaxIdLength } id ? id : null;

    public JsonElement? Element(string name) => JsonText.Member(payload, name);

    public bool IsTrue(string name) => JsonText.Member(payload, name) is { ValueKind: JsonValueKind.True };

    public long? Whole(string name) => JsonText.Member(payload, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;
}

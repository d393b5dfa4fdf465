using System.Text.Json;
using System.Text.Unicode;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects;

/// <summary>A logged envelope, read to be written in a native vocabulary. Another program may have changed it.</summary>
internal sealed class StoredEvent
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = EventLimits.MaxJsonDepth };

    private readonly NativeBody _envelope;

    private StoredEvent(NativeBody envelope, string type, JsonElement payload) =>
        (_envelope, Type, Payload) = (envelope, EventCatalogue.Find(type)?.Name ?? type, payload);

    /// <summary>Its canonical name.</summary>
    public string Type { get; }

    /// <summary>Its payload: an object.</summary>
    public JsonElement Payload { get; }

    /// <summary>Whether the payload has plain and distinct member names.</summary>
    public bool IsPlain => NativeBody.IsPlain(Payload);

    public string? EventId => _envelope.MemberText(EnvelopeMember.EventId.Name);

    /// <summary>Its session; null for an event of the broadcast stream.</summary>
    public string? SessionId => _envelope.MemberText(EnvelopeMember.SessionId.Name) is { } session && session != EventRules.ReservedSessionId ? session : null;

    /// <summary>Its time, as the envelope has it.</summary>
    public string? Timestamp => _envelope.MemberText(EnvelopeMember.Timestamp.Name);

    public string? RunId => _envelope.MemberText(EnvelopeMember.RunId.Name);

    public string? ProjectId => _envelope.MemberText(EnvelopeMember.ProjectId.Name);

    public string? ExecutionId => _envelope.MemberText(EnvelopeMember.ExecutionId.Name);

    public string? AgentId => _envelope.MemberText(EnvelopeMember.AgentId.Name);

    /// <summary>The vocabulary that it was published in.</summary>
    public string? Source => _envelope.MemberText(EnvelopeMember.Source.Name);

    /// <summary>Its name there; null when the server added it.</summary>
    public string? SourceType => _envelope.MemberText(EnvelopeMember.SourceType.Name);

    /// <summary>A member of its payload that is a text; null when it is none.</summary>
    public string? Text(string name) => JsonText.MemberText(Payload, name);

    /// <summary>A member of its payload as an id; null when it says none.</summary>
    public string? Id(string name) => JsonText.Id(Json(name));

    /// <summary>A member of its payload; null when it is absent or null.</summary>
    public JsonElement? Json(string name) => JsonText.Member(Payload, name) is { ValueKind: not JsonValueKind.Null } value ? value : null;

    /// <summary>Whether a member of its payload is true.</summary>
    public bool IsTrue(string name) => Json(name) is { ValueKind: JsonValueKind.True };

    /// <summary>Reads an envelope; null when it is none, or takes more than one line.</summary>
    public static StoredEvent? Read(ReadOnlySpan<byte> envelope)
    {
        // Frames are made of its parts, and a frame is one line of text.
        if (envelope.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) >= 0 || !Utf8.IsValid(envelope)) return null;
        try
        {
            var members = new NativeBody(JsonElement.Parse(envelope, Options));
            return members.MemberText(EnvelopeMember.Type.Name) is { } type && EventRules.IsType(type) && members.Member(EnvelopeMember.Payload.Name) is { ValueKind: JsonValueKind.Object } payload
                ? new StoredEvent(members, type, payload) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using System.Text.Json;

namespace EventStream.Tests.Support;

/// <summary>One received message of a stream over WebSocket.</summary>
internal sealed record SocketMessage(string Text)
{
    private readonly JsonElement _json = JsonDocument.Parse(Text).RootElement;

    public string Type => _json.GetProperty("type").GetString()!;

    /// <summary>The cursor; null when the message has none.</summary>
    public string? Id => _json.TryGetProperty("id", out var id) ? id.GetString() : null;

    public string Session => _json.GetProperty("session_id").GetString()!;

    public JsonElement Payload => _json.GetProperty("payload");

    /// <summary>The <c>data:</c> of the same event over Server-Sent Events.</summary>
    public string Envelope => Id is { } id ? "{" + Text[$"{{\"id\":\"{id}\",".Length..] : Text;
}

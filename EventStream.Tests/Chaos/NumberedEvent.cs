using System.Text.Json;
using EventStream.Events;

namespace EventStream.Tests.Chaos;

/// <summary>Identifies an event by its publisher's count, which doesn't depend on event ids.</summary>
internal readonly record struct NumberedEvent(string Publisher, long Number)
{
    public const string Type = "numbered";

    public static NumberedEvent Read(JsonElement payload) => new(payload.GetProperty("publisher").GetString()!, payload.GetProperty("number").GetInt64());

    public static NumberedEvent Read(EventPayload payload) => Read(JsonElement.Parse(payload.Utf8.Span));

    public string ToPayload(string padding) => $$"""{"publisher":"{{Publisher}}","number":{{Number}},"padding":"{{padding}}"}""";

    public override string ToString() => $"{Publisher}/{Number}";
}

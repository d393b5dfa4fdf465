using System.Text.Json.Nodes;
using EventStream.Events;

namespace EventStream.Api.Schema;

/// <summary>The members that every event has or may have, in the order in which they are written.</summary>
internal static class EnvelopeSchema
{
    public static JsonObject Create() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject(EnvelopeMember.All.Select(member => KeyValuePair.Create<string, JsonNode?>(member.Name, Of(member)))),
        ["required"] = new JsonArray([.. EnvelopeMember.All.Where(member => member.IsRequired).Select(member => (JsonNode)member.Name)]),
        ["additionalProperties"] = true,
    };

    private static JsonObject Of(EnvelopeMember member)
    {
        if (member == EnvelopeMember.Payload) return new JsonObject { ["type"] = "object" };
        var schema = new JsonObject { ["type"] = "string" };
        if (member == EnvelopeMember.Timestamp) schema["format"] = "date-time";
        if (member.Rule?.Pattern is { } pattern) schema["pattern"] = pattern;
        if (member.Rule?.MaxLength is { } maxLength) (schema["minLength"], schema["maxLength"]) = (1, maxLength);
        return schema;
    }
}

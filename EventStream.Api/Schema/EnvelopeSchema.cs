using System.Text.Json.Nodes;

namespace EventStream.Api.Schema;

/// <summary>The members that every event has or may have, in the order in which they are written.</summary>
internal static class EnvelopeSchema
{
    private const string Id = "^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$";
    private const int MaxTextLength = 256;

    public static JsonObject Create() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["event_id"] = Matching("^[!-~]{1,128}$"),
            ["session_id"] = Matching(Id),
            ["timestamp"] = new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            ["type"] = Matching("^[a-z][a-z0-9_.]{0,63}$"),
            ["payload"] = new JsonObject { ["type"] = "object" },
            ["run_id"] = Matching(Id),
            ["project_id"] = Matching(Id),
            ["agent_id"] = Text(),
            ["source"] = Text(),
            ["source_type"] = Text(),
            ["execution_id"] = Text(),
            ["traceparent"] = new JsonObject { ["type"] = "string" },
        },
        ["required"] = new JsonArray("event_id", "session_id", "timestamp", "type", "payload"),
        ["additionalProperties"] = true,
    };

    private static JsonObject Matching(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    private static JsonObject Text() => new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = MaxTextLength };
}

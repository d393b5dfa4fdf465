using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Adk;

/// <summary>Metrics: the publisher's Python nests further figures in <c>extra</c>, its TypeScript has them beside the others.</summary>
internal static class AdkMetrics
{
    private static readonly string[] Known = ["cpu", "memory_used", "disk_free", "containers_running", "extra", "run_id"];

    public static PayloadWriter Write(NormalisedEvents output, JsonElement metrics)
    {
        var payload = output.Write("metrics_update");
        var body = new NativeBody(metrics);
        var extra = JsonText.Member(metrics, "extra");
        var flat = metrics.EnumerateObject().Where(member => !Known.Contains(member.Name) && !IsNamed(extra, member.Name)).ToList();
        if (flat.Count == 0 || !TakesIn(extra)) return payload.Remaining(body);

        body.Drop("extra");
        foreach (var member in flat) body.Drop(member.Name);
        return payload.Remaining(body).Json("extra", Nested(extra, flat));
    }

    private static bool IsNamed(JsonElement? extra, string name) => extra is { ValueKind: JsonValueKind.Object } json && JsonText.Member(json, name) is not null;

    // Only a plain object can take in further members.
    private static bool TakesIn(JsonElement? extra) => extra is null or { ValueKind: JsonValueKind.Null } || NativeBody.IsPlain(extra.Value);

    private static JsonElement Nested(JsonElement? extra, List<JsonProperty> flat)
    {
        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json, EventJson.WriterOptions with { SkipValidation = true });
        writer.WriteStartObject();
        foreach (var member in extra is { ValueKind: JsonValueKind.Object } nested ? nested.EnumerateObject().Concat(flat) : flat)
        {
            writer.WritePropertyName(member.Name);
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(member.Value), skipInputValidation: true);
        }
        writer.WriteEndObject();
        writer.Flush();
        return JsonElement.Parse(json.WrittenSpan, new JsonDocumentOptions { MaxDepth = EventLimits.MaxJsonDepth });
    }
}

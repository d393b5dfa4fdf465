using System.Text.Json;
using EventStream.Foreign;

namespace EventStream.Sources.Eddie;

/// <summary>Traces, log entries and the configuration.</summary>
internal static class EddieRecords
{
    public static void TraceCreated(NormalisedEvents output, NativeBody body) => Trace(output, "trace_created", body);

    public static void TraceUpdated(NormalisedEvents output, NativeBody body) => Trace(output, "trace_updated", body);

    public static void Config(NormalisedEvents output, NativeBody body)
    {
        output.Write("config_updated").Json("config", body.Json).Remaining(output.Native.Beside);
        output.Add();
    }

    public static void Log(NormalisedEvents output, NativeBody body)
    {
        if (body.TakeText("message") is not { } message)
        {
            output.AddUnknown();
            return;
        }
        var payload = output.Write("log_created").Text("log_id", body.TakeId("id")).Text("level", body.TakeName("level") ?? "info").Text("message", message);
        output.AddWithRemaining(payload.Json("context", body.Take(JsonValueKind.Object, "context")).Json("created_at", body.Take(JsonValueKind.String, "createdAt")), body);
    }

    private static void Trace(NormalisedEvents output, string type, NativeBody body)
    {
        if (body.TakeId("id") is not { } id)
        {
            output.AddUnknown();
            return;
        }
        var payload = output.Write(type).Text("trace_id", id).Text("name", body.TakeText("name")).Text("status", body.TakeText("status"))
            .Json("duration_ms", body.Take(JsonValueKind.Number, "durationMs")).Json("metadata", body.Take(JsonValueKind.Object, "metadata"))
            .Json("created_at", body.Take(JsonValueKind.String, "createdAt")).Json("updated_at", body.Take(JsonValueKind.String, "updatedAt"));
        output.AddWithRemaining(payload, body);
    }
}

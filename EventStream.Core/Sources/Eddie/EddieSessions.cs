using System.Text.Encodings.Web;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Eddie;

/// <summary>Chat sessions, and what the agent in them is doing.</summary>
internal static class EddieSessions
{
    public static void Created(NormalisedEvents output, NativeBody body) => AddSession(output, "session_created", body);

    public static void Updated(NormalisedEvents output, NativeBody body) => AddSession(output, "session_updated", body);

    public static void Deleted(NormalisedEvents output, NativeBody body)
    {
        var payload = output.Write("session_deleted");
        if (body.Json.ValueKind == JsonValueKind.Object) body.DropCarried(output.Native.SessionId, "id");
        else if (JsonText.Text(body.Json) != output.Native.SessionId) payload.Json("id", body.Json);
        output.AddWithRemaining(payload, body);
    }

    // Events inside the process hold only the id.
    public static void CreatedNotice(NormalisedEvents output, NativeBody body) => AddNotice(output, "session_created", body);

    public static void UpdatedNotice(NormalisedEvents output, NativeBody body) => AddNotice(output, "session_updated", body);

    public static void Activity(NormalisedEvents output, NativeBody body)
    {
        if (body.TakeName("state") is not { } state)
        {
            output.AddUnknown();
            return;
        }
        if (state == "idle") Lifecycle.EndMessages(output, output.Native.ExecutionId);
        output.AddWithRemaining(output.Write("agent_status").Status(state).Text("agent", body.TakeAgent()), body);
    }

    private static void AddSession(NormalisedEvents output, string type, NativeBody body)
    {
        output.Write(type).Json("session", body.Json).Remaining(output.Native.Beside);
        output.Add();
    }

    private static void AddNotice(NormalisedEvents output, string type, NativeBody body)
    {
        var session = JsonElement.Parse($$"""{"id":"{{JsonEncodedText.Encode(output.SessionId, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}}"}""");
        output.AddWithRemaining(output.Write(type).Json("session", session), body);
    }
}

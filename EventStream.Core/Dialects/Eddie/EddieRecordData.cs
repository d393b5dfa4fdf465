using System.Runtime.InteropServices;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects.Eddie;

/// <summary>Sessions, activity, traces, log entries, the configuration, and what isn't known.</summary>
internal static class EddieRecordData
{
    public static bool Session(EddieData data)
    {
        if (data.Native.StartsWith("Chat", StringComparison.Ordinal))
        {
            data.Payload.Drop("session");
            data.Begin();
            return data.End();
        }
        return Whole(data, "session");
    }

    public static bool SessionDeleted(EddieData data, TextMemory texts)
    {
        texts.DropSession(data.Stored);
        if (data.Payload.Member("id") is null) data.Written.Text("id", data.Stored.SessionId);
        return data.End();
    }

    public static bool Config(EddieData data) => Whole(data, "config");

    public static bool Activity(EddieData data)
    {
        data.Begin();
        var state = data.Payload.TakeText("status");
        state = data.Payload.TakeText("source_status") ?? state;
        // The console's event has no state: the source added idle.
        if (data.IsWire) data.Written.Text("state", state);
        data.Time();
        data.Agent();
        return data.End();
    }

    public static bool Error(EddieData data)
    {
        data.Begin();
        data.Payload.Drop("error_type");
        data.Agent();
        return data.End();
    }

    public static bool Notification(EddieData data)
    {
        data.Begin();
        var message = data.Payload.Take("message");
        if (data.Payload.Member("payload") is null) data.Written.Json("payload", data.Payload.Take("value") ?? message);
        if (data.Payload.Member("metadata") is { } metadata && JsonText.MemberText(metadata, "severity") is { } severity && severity == data.Payload.MemberText("severity"))
            data.Payload.Drop("severity");
        data.Agent();
        return data.End();
    }

    public static bool Trace(EddieData data)
    {
        data.Rename("trace_id", "id");
        data.Begin();
        data.Rename("duration_ms", "durationMs");
        data.Rename("created_at", "createdAt");
        data.Rename("updated_at", "updatedAt");
        return data.End();
    }

    /// <summary>One entry of the array that Eddie sends.</summary>
    public static bool Log(EddieData data)
    {
        data.Written.Text("id", data.Payload.TakeText("log_id") ?? data.Stored.EventId);
        var context = data.Payload.Member("context") is { } said ? new NativeBody(said) : null;
        if (context is null || EddieNames.SessionOf(context) is null)
        {
            if (data.Payload.Member("sessionId") is null) data.Written.Text("sessionId", data.Stored.SessionId);
        }
        if (data.Payload.Member("createdAt") is null) data.Written.Text("createdAt", data.Payload.TakeText("created_at") ?? data.Stored.Timestamp);
        return data.End();
    }

    /// <summary>An unknown event that was stored whole; null when it was stored otherwise.</summary>
    public static ReadOnlyMemory<byte>? Unknown(EddieData data)
    {
        if (data.Payload.Member("value_raw") is not null || data.Payload.Member("value") is not { } value) return null;
        data.Payload.Drop("name");
        if (data.Stored.Payload.GetPropertyCount() == 2) return JsonMarshal.GetRawUtf8Value(value).ToArray();
        if (!Whole(data, "value")) return null;
        return data.Finish();
    }

    private static bool Whole(EddieData data, string name)
    {
        if (data.TakeWhole(name) is not { } whole) return false;
        data.Written.Remaining(whole);
        return data.End();
    }
}

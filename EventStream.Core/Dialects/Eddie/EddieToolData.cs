using System.Runtime.InteropServices;
using System.Text.Json;

namespace EventStream.Dialects.Eddie;

/// <summary>Tool calls and results: on the wire their arguments and results are texts, in the console's events values.</summary>
internal static class EddieToolData
{
    public static bool Tool(EddieData data)
    {
        data.Begin();
        // The notice of a failed tool has its own members for the tool.
        if (data.Native == "notification") data.Payload.Drop("tool_call_id", "source_tool_call_id", "tool_name", "result", "error");
        else WriteTool(data);
        data.Time();
        data.Agent(isNullable: true);
        return data.End();
    }

    private static void WriteTool(EddieData data)
    {
        var isResult = data.Stored.Type == "tool_call_result";
        var id = data.Payload.Take("tool_call_id");
        data.Written.Json("id", data.Payload.Take("source_tool_call_id") ?? id);
        data.Rename("tool_name", "name");
        var args = data.Payload.Take("args");
        Write(data, "arguments", data.Payload.Take("args_raw") ?? args);
        data.Payload.Drop("args_truncated");
        Write(data, "result", isResult ? data.Payload.Take("result") : null);
        if (data.Payload.Member("error") is { ValueKind: JsonValueKind.Null }) data.Payload.Drop("error");
    }

    // On the wire, calls and results have both members.
    private static void Write(EddieData data, string name, JsonElement? value)
    {
        if (!data.IsWire) data.Written.Json(name, value);
        else if (value is not { ValueKind: not JsonValueKind.Null } said) data.Written.Null(name);
        else if (said.ValueKind == JsonValueKind.String) data.Written.Json(name, said);
        else data.Written.Text(name, JsonMarshal.GetRawUtf8Value(said));
    }
}

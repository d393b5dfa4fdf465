using System.Collections.Frozen;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects.Reverb;

/// <summary>Where an agent stands: its status, and the life of its runs.</summary>
internal static class ReverbStatus
{
    /// <summary>The words that pages know for words of other systems; any other word stays.</summary>
    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>
    {
        ["queued"] = "pending",
        ["created"] = "pending",
        ["running"] = "processing",
        ["started"] = "processing",
        ["working"] = "processing",
        ["busy"] = "processing",
        ["active"] = "processing",
        ["thinking"] = "processing",
        ["streaming"] = "processing",
        ["tool"] = "processing",
        ["tool_error"] = "processing",
        ["pending_input"] = "paused",
        ["waiting"] = "paused",
        ["awaiting_input"] = "paused",
        ["done"] = "completed",
        ["finished"] = "completed",
        ["success"] = "completed",
        ["succeeded"] = "completed",
        ["incomplete"] = "stopped",
        ["error"] = "failed",
        ["canceled"] = "cancelled",
        ["aborted"] = "cancelled",
        ["interrupted"] = "cancelled",
    }.ToFrozenDictionary();

    public static ReverbName? Changed(ReverbData data) => TakeStatus(data) is { Status.Length: > 0 } said ? Write(data, said, "error_message", data.Payload.Take("output")) : null;

    public static ReverbName? Run(ReverbData data, string status) => Write(data, TakeStatus(data) ?? new Said(status), "error_message", output: null);

    /// <summary>A run that waits for a person. Whatever its system calls that, a page knows one word for it.</summary>
    public static ReverbName? Waits(ReverbData data)
    {
        var said = TakeStatus(data) ?? new Said("paused");
        return Write(data, data.IsOwn || said.Status == "paused" ? said : new Said("paused", said.Native ?? said.Status), "error_message", output: null);
    }

    /// <summary>An error ends nothing: the status stays.</summary>
    public static ReverbName? WentWrong(ReverbData data) =>
        Write(data, TakeStatus(data) ?? new Said(data.Memory.Scopes.Find(data.Scope).Status ?? "processing"), "message", output: null);

    /// <summary>The end of a run. A status that isn't final would leave the page waiting.</summary>
    public static ReverbName? Ended(ReverbData data, string meaning)
    {
        var said = TakeStatus(data) ?? new Said(meaning);
        if (!IsFinal(said.Status)) said = new Said(meaning, said.Native ?? said.Status);
        return Write(data, said, "error", meaning == "completed" ? data.Payload.Take("output") : null);
    }

    private static bool IsFinal(string status) => StatusMembers.Canonical(status) is "completed" or "failed" or "cancelled" or "stopped";

    private static Said? TakeStatus(ReverbData data)
    {
        if (data.Payload.TakeText("status") is not { } status) return null;
        var native = data.Payload.TakeText("source_status");
        if (data.IsOwn) return new Said(native ?? status);
        var word = Words.GetValueOrDefault(status, status);
        return new Said(word, native ?? (word == status ? null : status));
    }

    private static ReverbName Write(ReverbData data, Said said, string errorMember, JsonElement? output)
    {
        var known = data.Memory.Scopes.Find(data.Scope);
        var isFinal = IsFinal(said.Status);
        if (!isFinal) data.Memory.Responses.Drop(data.Scope);
        var steps = known.Status is { } before && IsFinal(before) && !isFinal ? 0 : known.Steps;
        data.Memory.Scopes.Set(data.Scope, known with { Status = said.Status, Steps = steps });

        data.Begin(ReverbName.Status).Text("status", said.Status).Text("source_status", said.Native);
        WritePrevious(data, known.Status == said.Status ? null : known.Status);
        data.Text("assistant_name", data.Payload.TakeText("assistant_name") ?? data.Payload.MemberText("agent") ?? data.Stored.AgentId);
        if (data.Payload.Find("step_count") is not null) data.Move("step_count");
        else
        {
            data.Payload.Drop("step_count");
            data.Number("step_count", steps > 0 ? steps : null);
        }
        if (data.Payload.Find("error_message") is null)
        {
            data.Payload.Drop("error_message");
            data.Text("error_message", data.Payload.Take(errorMember) is { } error ? TextOf(error) : null);
        }
        else data.Move("error_message");
        ReverbOutput.Write(data, output, isFinal);
        return ReverbName.Status;
    }

    private static void WritePrevious(ReverbData data, string? known)
    {
        var previous = data.Payload.TakeText("previous_status");
        if (previous is null) data.Written.Text("previous_status", known);
        else data.Written.Text("previous_status", data.IsOwn ? data.Payload.TakeText("source_previous_status") ?? previous : Words.GetValueOrDefault(previous, previous));
    }

    private static string? TextOf(JsonElement error) => error.ValueKind == JsonValueKind.Null ? null : JsonText.Text(error) ?? error.GetRawText();

    /// <summary>A status, and the word of its system where that differs.</summary>
    private sealed record Said(string Status, string? Native = null);
}

using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;
using EventStream.Sources.Providers;

namespace EventStream.Sources.OpenAi;

/// <summary>How a response of the Responses API begins, goes on and ends.</summary>
internal static class Responses
{
    public static void Created(ProviderEvent current)
    {
        if (current.Take("response") is { } response) Begin(current, response, mayRepeat: true);
        else current.AddUnknown();
    }

    public static void Ended(ProviderEvent current)
    {
        if (current.Take("response") is { } response) End(current, response);
        else current.AddUnknown();
    }

    /// <summary>A whole response: its beginning, each item of its output, and its end if it has ended.</summary>
    public static void Whole(ProviderEvent current)
    {
        var response = current.Body;
        var items = response.Take(JsonValueKind.Array, "output");
        var isOver = response.MemberText("status") is "completed" or "failed" or "incomplete" or "cancelled";
        var ending = isOver ? new NativeBody(response.Json) : null;
        if (isOver) response.Drop("usage", "error", "incomplete_details");
        Begin(current, response, mayRepeat: false);
        foreach (var (index, item) in items?.EnumerateArray().Index() ?? [])
        {
            if (item.ValueKind == JsonValueKind.Object && NativeBody.IsPlain(item)) ResponseItems.Tell(current, new NativeBody(item), rest: null, part: $"{current.Place}/{index}");
            else current.AddUnknown(item);
        }
        if (ending is null) return;
        var (usage, status) = (ending.Take("usage"), ending.MemberText("status"));
        var error = ending.Take("error");
        Terminal(current, status, usage, error, ending.Take("incomplete_details"), null);
    }

    /// <summary>An error, during a stream or in place of one.</summary>
    public static void Error(ProviderEvent current)
    {
        if (current.Take("error") is { } error) ProviderRuns.Fail(current, error, current.Body);
        else ProviderRuns.Fail(current, current.Body);
    }

    private static void Begin(ProviderEvent current, NativeBody response, bool mayRepeat)
    {
        var status = response.MemberText("status");
        var id = response.TakeId("id");
        if (ProviderRuns.IsOpen(current) && mayRepeat)
        {
            var known = current.State.Run(current.Run!)!.Value;
            if (known.Response!.Id == id && (status is null || current.State.IsEntityAt(SessionState.EntityKey("run", current.Run!), SessionState.EntityDigest(status, null)))) return;
        }
        if (response.Member("output") is { ValueKind: JsonValueKind.Array } output && output.GetArrayLength() == 0) response.Drop("output");
        response.DropCarried("response", "object");
        current.Add(ProviderRuns.Started(current, id, status == "queued" ? "run_created" : "run_started"), response == current.Body ? null : response, current.Body);
    }

    private static void End(ProviderEvent current, NativeBody response)
    {
        var (usage, error, details) = (response.Take("usage"), response.Take("error"), response.Take("incomplete_details"));
        var id = JsonText.Id(response.Member("id"));
        if (current.Run is null) ProviderRuns.Begin(current, id);
        if (id is null || id == current.Run || id == current.Response?.Id) response.Drop("id");
        response.DropCarried("response", "object");
        Terminal(current, response.MemberText("status") ?? current.Native.Type["response.".Length..], usage, error, details, response);
    }

    private static void Terminal(ProviderEvent current, string? status, JsonElement? usage, JsonElement? error, JsonElement? details, NativeBody? response)
    {
        var body = response is null ? null : current.Body;
        if (current.Native.Type == "response.failed" || status == "failed")
        {
            var said = error is { ValueKind: JsonValueKind.Object } json && NativeBody.IsPlain(json) ? new NativeBody(json) : null;
            var message = said?.TakeName("message") ?? ProviderTools.ErrorOf(error) ?? "The response failed.";
            var type = said?.TakeId("code") ?? said?.TakeName("type") ?? "error";
            ProviderRuns.Fail(current, message, type, said, Rest(usage, details, said is null ? error : null), response, body);
            return;
        }
        if (current.Native.Type == "response.cancelled" || status == "cancelled")
        {
            ProviderRuns.Cancel(current, Rest(usage, details, error), response, body);
            return;
        }
        var reason = details is { } why ? JsonText.MemberText(why, "reason") : null;
        // The items tell the output, each when it ends.
        ProviderRuns.Complete(current, reason, usage, Rest(usage is { ValueKind: JsonValueKind.Object } ? null : usage, reason is not null && details!.Value.GetPropertyCount() == 1 ? null : details, error), response, body);
    }

    // What has no canonical place of its own under its own name.
    private static NativeBody? Rest(JsonElement? usage, JsonElement? details, JsonElement? error)
    {
        var members = new[] { ("usage", usage), ("incomplete_details", details), ("error", error) }.Where(member => member.Item2 is { ValueKind: not JsonValueKind.Null }).ToList();
        return members.Count == 0 ? null : new NativeBody(JsonElement.Parse($"{{{string.Join(',', members.Select(member => $"\"{member.Item1}\":{member.Item2!.Value.GetRawText()}"))}}}"));
    }
}

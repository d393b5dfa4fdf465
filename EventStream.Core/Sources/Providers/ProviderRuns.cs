using System.Globalization;
using System.Text.Json;
using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources.Providers;

/// <summary>A response of a model as a run.</summary>
internal static class ProviderRuns
{
    /// <summary>Whether the event belongs to a response that began and hasn't ended.</summary>
    public static bool IsOpen(ProviderEvent current) => current.Run is { } run && current.State.Run(run) is { IsEnded: false, Response: not null };

    /// <summary>Takes the run of a response that begins: a new one when the run of an earlier response has its name.</summary>
    public static string Begin(ProviderEvent current, string? responseId)
    {
        var own = ProviderIds.RunOf(responseId);
        var run = current.Native.RunId is null ? own : current.Run;
        run ??= string.Create(CultureInfo.InvariantCulture, $"run_{current.Output.State.Head.Offset + 1}");
        // The run that the caller named stays ended.
        if (current.State.Run(run) is { IsEnded: true } && own is not null && ProviderIds.IsOwn(run, responseId!)) run = string.Create(CultureInfo.InvariantCulture, $"{own[..Math.Min(own.Length, 100)]}:{current.State.Head.Offset + 1}");
        current.Run = run;
        return run;
    }

    /// <summary>Writes that a response begins: the run's start, or news of a run that the caller began.</summary>
    public static PayloadWriter Started(ProviderEvent current, string? responseId, string type = "run_started")
    {
        var run = Begin(current, responseId);
        return current.Write(current.State.Run(run) is { IsEnded: false, LastType: not "run_created" } ? "run_updated" : type)
            .Text("run_id", run).Text("response_id", responseId is { Length: > 0 } ? NativeIds.Bounded(responseId) : run);
    }

    /// <summary>Ends what the response left open, and writes the run's end. A run that the caller named goes on when the caller is to run tools.</summary>
    /// <param name="current">The native event.</param>
    /// <param name="stopReason">Why the model stopped; null takes what was told before.</param>
    /// <param name="usage">What it used up; null takes what was told before.</param>
    /// <param name="rest">What else the event holds.</param>
    public static void Complete(ProviderEvent current, string? stopReason, JsonElement? usage, params ReadOnlySpan<NativeBody?> rest)
    {
        if (current.Run is not { } run)
        {
            current.AddUnknown();
            return;
        }
        var response = current.Response;
        stopReason ??= response?.StopReason;
        Close(current, run, isFailure: false);
        var isAwaiting = IsAwaiting(current, run, stopReason);
        var payload = current.Write(isAwaiting ? "run_updated" : "run_completed").Text("run_id", run);
        if (isAwaiting) payload.Text("status", ResponseState.AwaitingTools);
        payload.Json("usage", usage is { ValueKind: JsonValueKind.Object } ? usage : response?.Usage is { } known ? JsonElement.Parse(known) : null).Text("stop_reason", stopReason);
        current.Add(payload, rest);
    }

    /// <summary>Ends what the response left open, and the run as failed; without a run it is an error of none.</summary>
    public static void Fail(ProviderEvent current, string error, string errorType, params ReadOnlySpan<NativeBody?> rest)
    {
        if (current.Run is not { } run)
        {
            current.Add(current.Write("run_error").Text("error_type", errorType).Text("message", error), rest);
            return;
        }
        Close(current, run, isFailure: true);
        current.Add(current.Write("run_failed").Text("run_id", run).Text("error", error).Text("error_type", errorType), rest);
    }

    /// <summary>Ends what the response left open, and the run as cancelled.</summary>
    public static void Cancel(ProviderEvent current, params ReadOnlySpan<NativeBody?> rest)
    {
        Close(current, current.Run!, isFailure: true);
        current.Add(current.Write("run_cancelled").Text("run_id", current.Run), rest);
    }

    /// <summary>Fails with an error as providers write it: an object with <c>message</c>, <c>code</c> and <c>type</c>, or a text.</summary>
    public static void Fail(ProviderEvent current, NativeBody error, params ReadOnlySpan<NativeBody?> rest)
    {
        var message = error.TakeName("message", "error") ?? "unknown";
        var type = error.TakeId("code") ?? error.TakeName("type") ?? "error";
        Fail(current, message, type, [error, .. rest]);
    }

    /// <summary>A body, or a stream in it, has ended.</summary>
    public static void Ended(ProviderEvent current)
    {
        // A body in which no response began ends without a word.
        if (current.Body.Json.GetPropertyCount() > 1 || (current.Run is null && current.Native.Type == StreamMarks.Done)) current.AddUnknown();
        if (current.Body.Json.GetPropertyCount() > 1 || !IsOpen(current)) return;
        if (current.Response!.StopReason is not null || current.Native.Type == StreamMarks.Done) Complete(current, stopReason: null, usage: null);
        else if (current.Native.Type == StreamMarks.Cut && current.Native.RunId is not null) Fail(current, "The stream ended before the response did.", "stream_ended");
    }

    private static bool IsAwaiting(ProviderEvent current, string run, string? stopReason) =>
        current.Response is { } response && !ProviderIds.IsOwn(run, response.Id) && response.Id != run
        && (stopReason == "pause_turn" || current.State.OpenToolCalls.Any(call => call.RunId == run && call.Number >= response.CallsBefore && call.HasAllArgs && !call.IsProviders));

    // A call whose arguments are whole waits for the caller, who runs the tool after the response. No one will run the others.
    public static void Close(ProviderEvent current, string run, bool isFailure)
    {
        foreach (var message in current.State.OpenMessages.Where(message => message.RunId == run).ToList()) Lifecycle.EndMessage(current.Output, message);
        foreach (var call in current.State.OpenToolCalls.Where(call => call.RunId == run && call.Part is not null && (isFailure ? !call.HasAllArgs || call.IsProviders : !call.HasAllArgs && !call.IsProviders)).ToList())
            Lifecycle.CancelToolCall(current.Output, call);
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Providers;

/// <summary>The runs that responses of model providers are.</summary>
internal static class ProviderIds
{
    /// <summary>The run of a response: its id, or a digest of one that can't be the id of a run; null when it has none.</summary>
    public static string? RunOf(string? responseId) => responseId is null or "" ? null : EventRules.IsId(responseId) ? responseId : $"run_{Digest(NativeIds.Bounded(responseId))}";

    /// <summary>Whether a run is that of the response alone, and not one that the caller named.</summary>
    public static bool IsOwn(string run, string responseId) => RunOf(responseId) is { } own && (run == own || run.StartsWith($"{own}:", StringComparison.Ordinal));

    /// <summary>Reads a frame: it belongs to the run that the caller names, to that of its response, or to what came before it in the body.</summary>
    /// <param name="source">The vocabulary.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="type">Its native name.</param>
    /// <param name="responseId">The response that it names.</param>
    /// <param name="isOfResponse">Whether what follows belongs to the same response.</param>
    /// <param name="isInput">Whether the caller says it to the model: it belongs to no response.</param>
    /// <param name="context">What is known besides.</param>
    public static IEnumerable<NativeEvent> Read(ISourceNormaliser source, JsonElement frame, string type, string? responseId, bool isOfResponse, bool isInput, IngestContext context)
    {
        var own = RunOf(responseId);
        var run = context.RunId ?? own ?? (isInput ? null : context.Stream?.RunId);
        // One response follows the other in this body, so the one before it has told all that it will.
        if (context.Stream is { RunId: { } before } && own is not null && run != before)
            yield return new NativeEvent { Source = source, Type = StreamMarks.Over, Body = StreamMarks.Frame(StreamMarks.Over), RunId = before, SessionId = SessionOf(frame) };
        yield return new NativeEvent
        {
            Source = source,
            Type = type,
            Body = frame,
            SessionId = SessionOf(frame),
            RunId = run,
            Stream = isOfResponse && (own is not null || context.Stream is null) ? new NativeStream(source.Name, run) : null,
        };
    }

    private static string? SessionOf(JsonElement frame) => JsonText.FirstScalar(frame, "session_id");

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.Unicode.GetBytes(text)).AsSpan(0, 16));
}

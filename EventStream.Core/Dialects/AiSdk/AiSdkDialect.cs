using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Dialects.AiSdk;

/// <summary>The UI message stream of the AI SDK: each run is one message. One instance folds the log of a session and tells all runs; a client reads the frames of one.</summary>
/// <param name="asksInParts">Whether questions are told in chunks of their own, which clients before version 6 fail at.</param>
/// <remarks>Itself it is silent: an event that stands in no log isn't there again when a client replays the run.</remarks>
internal sealed class AiSdkDialect(bool asksInParts) : IDialect
{
    /// <summary>By which clients ask for it.</summary>
    public const string Named = "ai-sdk";

    public string Name => asksInParts ? $"{Named}-6" : Named;

    public DialectKind Kind => DialectKind.Folded;

    public bool IsCutShort => true;

    // The clients check none of them; other readers of the protocol do.
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; } = [new("x-vercel-ai-ui-message-stream", "v1")];

    public IDialect Begin() => new AiSdkReducer(this, asksInParts);

    public bool IsOfOneRun => true;

    public bool IsPausedBy(string type) => type is "tool_approval_requested" or "run_awaiting_input";

    public void WriteEvent(in DialectEvent next, List<DialectMessage> output)
    {
    }

    public ReadOnlyMemory<byte> WithCursor(Cursor cursor, ReadOnlyMemory<byte> data) => Placed($"{cursor}", data);

    public ReadOnlyMemory<byte> WithoutCursor(ReadOnlyMemory<byte> data) => Placed(null, data);

    private static ReadOnlyMemory<byte> Placed(string? cursor, ReadOnlyMemory<byte> data) =>
        new PayloadWriter().BeginNative().Text("id", cursor).Raw("data", AiSdkWriter.IsChunk(new DialectMessage("", data)) ? data.Span : "\"[DONE]\""u8).Finish().Utf8;
}

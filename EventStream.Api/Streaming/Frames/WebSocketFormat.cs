using EventStream.Dialects;

namespace EventStream.Api.Streaming.Frames;

/// <summary>Writes frames for WebSocket: each message of a dialect is one text, which carries the event's cursor when the dialect has a place for it.</summary>
internal static class WebSocketFormat
{
    /// <summary>The texts of a frame's messages. An entry that isn't an envelope has none; only the cursor moves, with the next event.</summary>
    public static ReadOnlyMemory<byte>[] Texts(Frame frame, IDialect dialect, List<DialectMessage> messages)
    {
        var texts = new ReadOnlyMemory<byte>[messages.Count];
        for (var i = 0; i < texts.Length; i++) texts[i] = frame.Cursor is { } cursor && i == texts.Length - 1 ? dialect.WithCursor(cursor, messages[i].Data) : dialect.WithoutCursor(messages[i].Data);
        return texts;
    }
}

using EventStream.Dialects;

namespace EventStream.Api.Streaming.Frames;

/// <summary>Writes frames for WebSocket: each message of a dialect is one text, which carries the event's cursor when the dialect has a place for it.</summary>
internal static class WebSocketFormat
{
    public static ReadOnlyMemory<byte>[] Texts(Frame frame, IDialect dialect)
    {
        // An entry that isn't an envelope has nothing to say; only the cursor moves, with the next event.
        if (frame.Json.IsEmpty) return [];
        var messages = dialect.Write(new DialectEvent(frame.Type, frame.Json));
        var texts = new ReadOnlyMemory<byte>[messages.Count];
        for (var i = 0; i < texts.Length; i++) texts[i] = frame.Cursor is { } cursor ? dialect.WithCursor(cursor, messages[i].Data) : messages[i].Data;
        return texts;
    }
}

using EventStream.Events;

namespace EventStream.Bus.Redis.Wire;

/// <summary>Reads what is published on a channel: an envelope with its cursor as first member, or an event of another publisher.</summary>
internal static class RedisWireFormat
{
    /// <summary>Reads <c>{"id":"&lt;cursor&gt;",…}</c>.</summary>
    public static bool TryReadEntry(ReadOnlySpan<byte> message, out LogEntry entry)
    {
        entry = default;
        // '{"id":"' cursor '",' the rest of the envelope
        var prefix = "{\"id\":\""u8;
        if (!message.StartsWith(prefix)) return false;
        var length = message[prefix.Length..].IndexOf((byte)'"');
        var comma = prefix.Length + length + 1;
        if (length < 0 || comma >= message.Length || message[comma] != (byte)',') return false;
        if (!Cursor.TryParse(message.Slice(prefix.Length, length), out var cursor) || cursor.Offset == 0) return false;
        var envelope = message[comma..].ToArray();
        envelope[0] = (byte)'{';
        entry = new LogEntry(cursor, envelope);
        return true;
    }

    /// <summary>The envelope of an event that another publisher announced without logging it; missing members are filled in.</summary>
    /// <exception cref="EventRejectedException">The message is no event.</exception>
    public static byte[] ReadUnlogged(ReadOnlySpan<byte> message, StreamKey stream, TimeProvider time)
    {
        if (stream.SessionId is { } session && CanonicalEnvelope.Is(message, session, mayNamePublisher: false)) return message.ToArray();
        return EventWriter.ToUtf8(EventReader.Read(message, stream.SessionId is not null
            ? new EventDefaults(stream.SessionId, time)
            : new EventDefaults(SessionId: null, time) { ProjectId = stream.ProjectId, MayBeForAll = true }));
    }
}

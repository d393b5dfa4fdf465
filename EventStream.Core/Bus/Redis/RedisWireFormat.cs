using EventStream.Events;

namespace EventStream.Bus.Redis;

/// <summary>What stands on a channel: an envelope with its cursor as first member, or whatever others publish.</summary>
internal static class RedisWireFormat
{
    /// <summary>Reads <c>{"id":"&lt;cursor&gt;",…}</c>. Takes the message's bytes over: they become the envelope.</summary>
    public static bool TryReadEntry(byte[] message, out LogEntry entry)
    {
        entry = default;
        // '{"id":"' cursor '",' the rest of the envelope
        var prefix = "{\"id\":\""u8;
        if (!message.AsSpan().StartsWith(prefix)) return false;
        var length = message.AsSpan(prefix.Length).IndexOf((byte)'"');
        var comma = prefix.Length + length + 1;
        if (length < 0 || comma >= message.Length || message[comma] != (byte)',') return false;
        if (!Cursor.TryParse(message.AsSpan(prefix.Length, length), out var cursor)) return false;
        message[comma] = (byte)'{';
        entry = new LogEntry(cursor, message.AsMemory(comma));
        return true;
    }

    /// <summary>Reads an event that others published without logging it; missing members are filled in.</summary>
    /// <exception cref="EventRejectedException">The message is no event.</exception>
    public static Event ReadUnlogged(ReadOnlySpan<byte> message, StreamKey stream, TimeProvider time) =>
        EventReader.Read(message, stream.Kind == StreamKind.Session
            ? new EventDefaults(stream.Id, time)
            : new EventDefaults(SessionId: null, time) { ProjectId = stream.ProjectId, MayBeForAll = true });
}

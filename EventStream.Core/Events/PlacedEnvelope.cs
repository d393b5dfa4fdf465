using System.Buffers;

namespace EventStream.Events;

/// <summary>An envelope with its cursor as first member, as on the Redis channel.</summary>
internal static class PlacedEnvelope
{
    public static ReadOnlyMemory<byte> Of(Cursor cursor, ReadOnlySpan<byte> envelope)
    {
        var placed = new ArrayBufferWriter<byte>(envelope.Length + 64);
        placed.Write("{\"id\":\""u8);
        cursor.TryFormat(placed.GetSpan(Cursor.MaxLength), out var written, default, null);
        placed.Advance(written);
        placed.Write("\","u8);
        placed.Write(envelope[1..]);
        return placed.WrittenMemory;
    }
}

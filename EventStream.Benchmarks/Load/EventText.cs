using System.Text;

namespace EventStream.Benchmarks.Load;

/// <summary>The JSON of the events, all of one size.</summary>
internal sealed class EventText(string prefix, int size)
{
    private const string Type = "agent_message_delta";

    private readonly byte[] _buffer = new byte[size + 512];
    private int _count;

    public static string TypeName => Type;

    /// <summary>The whole envelope; valid until the next call.</summary>
    public ReadOnlySpan<byte> Envelope(Marker marker) => Write(marker,
        $$"""{"event_id":"{{_count++:x8}}-0000-4000-8000-{{marker.Sent & 0xffffffffffff:x12}}","session_id":"{{prefix}}{{marker.Session}}","timestamp":"2026-01-01T00:00:00.000Z","type":"{{Type}}","payload":{"message_id":"m1","delta":" """,
        "\"}}", 0);

    /// <summary>The payload of an envelope of that size; valid until the next call.</summary>
    public ReadOnlySpan<byte> Payload(Marker marker) => Write(marker, """{"message_id":"m1","delta":" """, "\"}", EnvelopeBytes(marker.Session));

    private int EnvelopeBytes(int session) => 146 + prefix.Length + session.ToString().Length;

    private Span<byte> Write(Marker marker, string before, string after, int around)
    {
        var length = Encoding.ASCII.GetBytes(before, _buffer);
        marker.Write(_buffer.AsSpan(length));
        length += Marker.Length;
        var fill = Math.Max(0, size - around - length - after.Length);
        _buffer.AsSpan(length, fill).Fill((byte)'x');
        length += fill;
        return _buffer.AsSpan(0, length + Encoding.ASCII.GetBytes(after, _buffer.AsSpan(length)));
    }
}

using System.Net;
using System.Text;

namespace EventStream.Benchmarks.Load;

/// <summary>Plain <c>PUBLISH</c> on one connection.</summary>
/// <param name="sockets">The loop that serves it.</param>
/// <param name="redis">Where Redis is.</param>
/// <param name="prefix">The prefix of session names.</param>
/// <param name="text">Makes the events.</param>
internal sealed class RedisPublisher(SocketSet sockets, IPEndPoint redis, string prefix, EventText text) : PublishingSocket(sockets, redis), ILoadPublisher
{
    private const int MaxBuffered = 256 * 1024;

    private readonly byte[] _head = new byte[512];
    private bool _isNewLine = true;
    private long _unanswered;
    private StringBuilder? _refusal;

    public string? Trouble => _refusal?.ToString();

    protected override bool IsAwaiting => _unanswered > 0;

    public bool HasRoom(int session) => Buffered < MaxBuffered;

    public void Publish(Marker marker)
    {
        var envelope = text.Envelope(marker);
        var channel = $"session:{prefix}{marker.Session}";
        System.Text.Unicode.Utf8.TryWrite(_head, $"*3\r\n$7\r\nPUBLISH\r\n${channel.Length}\r\n{channel}\r\n${envelope.Length}\r\n", out var length);
        Write(_head.AsSpan(0, length));
        Write(envelope);
        Write("\r\n"u8);
        _unanswered++;
    }

    // Each answer is one line: the number of subscribers, or an error.
    protected override void Take(ReadOnlySpan<byte> received)
    {
        while (!received.IsEmpty)
        {
            if (_isNewLine && received[0] == '-') _refusal ??= new StringBuilder();
            var end = received.IndexOf((byte)'\n');
            var line = end < 0 ? received : received[..end];
            if (_refusal is { Length: < 200 }) _refusal.Append(Encoding.ASCII.GetString(line));
            _isNewLine = end >= 0;
            if (!_isNewLine) return;
            _unanswered--;
            received = received[(end + 1)..];
        }
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}

using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EventStream.Benchmarks.Processes;

/// <summary>One connection that speaks the Redis protocol, so that no client library distorts the figures.</summary>
internal sealed class RedisSocket : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start, _end;

    private RedisSocket(NetworkStream stream) => _stream = stream;

    public static async Task<RedisSocket> ConnectAsync(string endPoint)
    {
        var colon = endPoint.LastIndexOf(':');
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint[..colon], int.Parse(endPoint[(colon + 1)..], CultureInfo.InvariantCulture));
        return new RedisSocket(new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>Sends a command and reads an answer of one line or one string.</summary>
    public async Task<string> AskAsync(params string[] command)
    {
        await SendAsync(Encode(command));
        var line = await ReadLineAsync();
        if (line.StartsWith('-')) throw new BenchmarkException($"Redis refused {command[0]}: {line[1..]}");
        return line[0] == '$' ? await ReadStringAsync(int.Parse(line[1..], CultureInfo.InvariantCulture)) : line;
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> commands) => _stream.WriteAsync(commands);

    public async ValueTask<string> ReadLineAsync()
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n"u8);
            if (length >= 0)
            {
                var line = Encoding.ASCII.GetString(_buffer, _start, length);
                _start += length + 2;
                return line;
            }
            await FillAsync();
        }
    }

    /// <summary>Reads what has arrived.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> into) => _stream.ReadAsync(into);

    public void Dispose() => _stream.Dispose();

    public static byte[] Encode(params string[] command)
    {
        var text = new StringBuilder($"*{command.Length}\r\n");
        foreach (var part in command) text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private async Task<string> ReadStringAsync(int length)
    {
        var text = new byte[length + 2];
        var held = Math.Min(text.Length, _end - _start);
        _buffer.AsSpan(_start, held).CopyTo(text);
        _start += held;
        await _stream.ReadExactlyAsync(text.AsMemory(held));
        return Encoding.UTF8.GetString(text, 0, length);
    }

    private async ValueTask FillAsync()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = await _stream.ReadAsync(_buffer.AsMemory(_end));
        if (read == 0) throw new IOException("Redis closed the connection.");
        _end += read;
    }
}

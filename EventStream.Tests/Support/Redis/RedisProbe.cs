using System.Net.Sockets;
using System.Text;

namespace EventStream.Tests.Support;

/// <summary>Reads and changes a Redis over its own connection, without the bus's client library.</summary>
internal sealed class RedisProbe : IDisposable
{
    private readonly TcpClient _client;
    private readonly BufferedStream _stream;

    private RedisProbe(TcpClient client) => (_client, _stream) = (client, new BufferedStream(client.GetStream()));

    public static Task<RedisProbe> ConnectAsync(RedisServer server, CancellationToken cancellationToken)
    {
        var parts = server.ConnectionString.Split(',')[0].Split(':');
        return ConnectAsync(parts[0], int.Parse(parts[1]), cancellationToken);
    }

    public static Task<RedisProbe> ConnectAsync(int port, CancellationToken cancellationToken) => ConnectAsync("127.0.0.1", port, cancellationToken);

    private static async Task<RedisProbe> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var client = new TcpClient();
        await client.ConnectAsync(host, port, cancellationToken);
        client.ReceiveTimeout = (int)Timeouts.Default.TotalMilliseconds;
        return new RedisProbe(client);
    }

    /// <summary>Sends a command and returns its answer: text, number, null, or a list of these.</summary>
    public object? Ask(params string[] command)
    {
        Send(command);
        return Read();
    }

    public string? Text(params string[] command) => Ask(command)?.ToString();

    public long Number(params string[] command) => (long)Ask(command)!;

    public IReadOnlyList<string> List(params string[] command) => [.. ((object?[])Ask(command)!).Select(item => item?.ToString() ?? "")];

    public void Send(params string[] command)
    {
        var text = new StringBuilder().Append('*').Append(command.Length).Append("\r\n");
        foreach (var part in command) text.Append('$').Append(Encoding.UTF8.GetByteCount(part)).Append("\r\n").Append(part).Append("\r\n");
        _stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
        _stream.Flush();
    }

    /// <summary>Reads the next answer or message.</summary>
    public object? Read()
    {
        var line = ReadLine();
        var rest = line[1..];
        switch (line[0])
        {
            case '+': return rest;
            case ':': return long.Parse(rest);
            case '-': throw new InvalidOperationException(rest);
            case '$' when rest == "-1": return null;
            case '$':
                var bytes = new byte[int.Parse(rest) + 2];
                _stream.ReadExactly(bytes);
                return Encoding.UTF8.GetString(bytes.AsSpan(0, bytes.Length - 2));
            case '*' when rest == "-1": return null;
            case '*':
                var items = new object?[int.Parse(rest)];
                for (var i = 0; i < items.Length; i++) items[i] = Read();
                return items;
            default: throw new InvalidDataException(line);
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        while (true)
        {
            var next = _stream.ReadByte();
            if (next < 0) throw new EndOfStreamException();
            if (next == '\n') return line.ToString(0, line.Length - 1);
            line.Append((char)next);
        }
    }
}

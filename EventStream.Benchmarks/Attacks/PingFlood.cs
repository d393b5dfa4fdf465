using System.Net.Sockets;
using System.Text;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Attacks;

internal sealed class PingFlood : IAttack
{
    private const int Sockets = 4;
    private const int PingsAtOnce = 100;
    private static readonly TimeSpan Flooding = TimeSpan.FromSeconds(8);

    // A masked ping without content: fin and opcode 9, mask bit and length 0, the mask.
    private static readonly byte[] Ping = [0x89, 0x80, 1, 2, 3, 4];

    public string Name => "pings";

    public string Description => $"{Sockets} WebSockets that send pings for {Flooding.TotalSeconds} s";

    public async Task RunAsync(Site site, Answers answers, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        over.CancelAfter(Flooding);
        await Task.WhenAll(Enumerable.Range(0, Sockets).Select(_ => FloodAsync(site.Server, answers, over.Token)));
    }

    private static async Task FloodAsync(Uri server, Answers answers, CancellationToken stop)
    {
        using var socket = await AttackSocket.ConnectAsync(server, stop);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /ws/events/pings HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"), stop);
        answers.Add(await socket.StatusAsync(stop));
        var pings = Enumerable.Repeat(Ping, PingsAtOnce).SelectMany(ping => ping).ToArray();
        var sent = 0;
        var reading = ReadAsync(socket, stop);
        try
        {
            while (!reading.IsCompleted)
            {
                await socket.SendAsync(pings, stop);
                sent += PingsAtOnce;
            }
            answers.Add(Answers.Cut);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            answers.Add(e is SocketException ? Answers.Cut : "held");
        }
        answers.Add("pings sent", sent);
        await reading;
    }

    // Returns when the server ends the connection.
    private static async Task ReadAsync(AttackSocket socket, CancellationToken stop)
    {
        try
        {
            while (await socket.ReceiveAsync(stop) > 0)
            {
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The flood is over.
        }
    }
}

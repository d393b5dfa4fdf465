using System.Net.Sockets;
using System.Text;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Attacks;

internal sealed class ManyTypes : IAttack
{
    private const int Streams = 200;
    private const int Names = 2600;
    private static readonly TimeSpan Watching = TimeSpan.FromSeconds(8);

    public string Name => "types";

    public string Description => $"{Streams} streams of the bystanders' session with {Names:N0} names in types=";

    public async Task RunAsync(Site site, Answers answers, CancellationToken stop)
    {
        var names = string.Join(',', Enumerable.Range(0, Names).Select(number => $"{(char)('a' + number % 26)}{(char)('a' + number / 26 % 26)}"));
        var sockets = new List<AttackSocket>();
        try
        {
            for (var i = 0; i < Streams; i++)
            {
                var socket = await AttackSocket.ConnectAsync(site.Server, stop);
                sockets.Add(socket);
                try
                {
                    await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /events/{Bystanders.Session}?types={names} HTTP/1.1\r\nHost: localhost\r\n\r\n"), stop);
                    answers.Add(await socket.StatusAsync(stop));
                }
                catch (SocketException)
                {
                    answers.Add(Answers.Cut);
                }
            }
            await Task.Delay(Watching, stop);
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Commands;

/// <summary>Measures the time from the start of the server to its first byte, and the memory of the idle server.</summary>
internal static class LoadStartCommand
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    private static readonly Option<int> Rounds = CommonOptions.Number("--rounds", 5, 1, 100, "How often the server is started.");
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();

    public static Command Create()
    {
        var command = new Command("start", "The time from the start of the process to the first byte of a stream, and the server's memory after 5 idle seconds.") { Rounds, Markdown };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        await ServerProgram.PublishAsync();
        await using var redis = await OwnRedis.StartAsync();
        var (times, memory) = (new List<double>(), new List<double>());
        for (var round = 0; round < parsed.GetValue(Rounds); round++)
        {
            var endPoint = new IPEndPoint(IPAddress.Loopback, ChildProcess.FreePort());
            var since = Stopwatch.GetTimestamp();
            await using var server = Site.Launch(new Uri($"http://{endPoint}"), redis.EndPoint, []);
            using var first = await FirstByteAsync(endPoint);
            times.Add(Stopwatch.GetElapsedTime(since).TotalMilliseconds);
            await Task.Delay(Idle);
            memory.Add(ProcessFigures.ResidentBytes(server.Id) / 1e6);
        }
        var table = new Table("", "median", "least", "most");
        table.Add("start to first byte", $"{new Sample(times).P50:F0} ms", $"{times.Min():F0} ms", $"{times.Max():F0} ms");
        table.Add("memory when idle, one stream", $"{new Sample(memory).P50:F0} MB", $"{memory.Min():F0} MB", $"{memory.Max():F0} MB");
        table.Print(parsed.GetValue(Markdown));
        return 0;
    }

    private static async Task<Socket> FirstByteAsync(IPEndPoint server)
    {
        var since = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(since).TotalSeconds < 30)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(server);
                await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /events/start HTTP/1.1\r\nHost: {server}\r\nAccept: text/event-stream\r\n\r\n"));
                var answer = new byte[4096];
                var count = await socket.ReceiveAsync(answer);
                if (count > 0 && Encoding.ASCII.GetString(answer, 0, count).StartsWith("HTTP/1.1 200", StringComparison.Ordinal)) return socket;
                throw new BenchmarkException($"The server answered {Encoding.ASCII.GetString(answer, 0, count)}");
            }
            catch (SocketException)
            {
                socket.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(1));
            }
        }
        throw new BenchmarkException("The server did not answer within 30 s.");
    }
}

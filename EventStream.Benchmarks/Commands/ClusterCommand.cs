using System.CommandLine;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Bus.Redis;

namespace EventStream.Benchmarks.Commands;

/// <summary>Measures what announcing costs a Redis Cluster, whose nodes forward every classic message to each other.</summary>
internal static class ClusterCommand
{
    private const int PerSend = 500;

    private static readonly Option<int> Messages = CommonOptions.Number("--messages", 100_000, 1000, 10_000_000, "Messages of each measurement.");
    private static readonly Option<int> TextBytes = CommonOptions.Number("--bytes", 150, 0, 200_000, "Bytes of text in each event.");
    private static readonly Option<bool> Markdown = CommonOptions.Markdown();

    public static Command Create()
    {
        var command = new Command("cluster-pubsub", "Processor time per event of PUBLISH and append, on one Redis and on a cluster of 3 masters and 3 replicas, with one subscriber, summed over the nodes.")
        {
            Messages, TextBytes, Markdown,
        };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var table = new Table("Redis", "way", "CPU per event, all nodes", "of that the node published to", "written by all nodes per event");
        await using (var single = await OwnRedis.StartAsync()) await AddAsync("one node", [single]);
        await using (var cluster = await OwnCluster.StartAsync()) await AddAsync("3 masters, 3 replicas", cluster.All);
        table.Print(parsed.GetValue(Markdown));
        return 0;

        async Task AddAsync(string name, IReadOnlyList<OwnRedis> nodes)
        {
            var messages = parsed.GetValue(Messages);
            // Subscribes on a node that isn't published to, so that messages cross the cluster.
            using var listener = await RedisSocket.ConnectAsync(nodes[Math.Min(1, nodes.Count - 1)].EndPoint);
            await listener.SendAsync(RedisSocket.Encode("PSUBSCRIBE", "session:*"));
            await listener.ReadLineAsync();
            var heard = 0;
            var listening = CountAsync(listener, count => Volatile.Write(ref heard, count));

            table.Add([name, "PUBLISH", .. await MeasureAsync(nodes, messages, () => PublishAsync(nodes[0], messages, parsed.GetValue(TextBytes)), () => Volatile.Read(ref heard))]);
            var before = heard;
            await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = string.Join(',', nodes.Select(node => node.EndPoint)) });
            var ways = new AppendWays(bus, null, sessions: 8, parsed.GetValue(TextBytes)) { MustBeHeard = nodes.Count == 1 };
            table.Add([name, "log, 10 to a round trip", .. await MeasureAsync(nodes, messages, () => ways.AppendAsync(messages, 10), () => Volatile.Read(ref heard) - before)]);
            listener.Dispose();
            await listening;
        }
    }

    private static async Task<string[]> MeasureAsync(IReadOnlyList<OwnRedis> nodes, int messages, Func<Task> run, Func<int> heard)
    {
        // Subtracted below: what an idle cluster uses isn't a cost of publishing.
        var idle = await UsedAsync(nodes, () => Task.Delay(TimeSpan.FromSeconds(3)));
        var busy = await UsedAsync(nodes, async () =>
        {
            await run();
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (heard() < messages) await timer.WaitForNextTickAsync(patience.Token);
        });
        if (heard() != messages) throw new InvalidDataException($"The subscriber heard {heard()} of {messages} messages.");
        double Cpu(int node) => busy.Cpu[node] - idle.Cpu[node] * busy.Seconds / idle.Seconds;
        var all = Enumerable.Range(0, nodes.Count).Sum(Cpu);
        var written = busy.Written - idle.Written * busy.Seconds / idle.Seconds;
        return [$"{1e6 * all / messages:F1} µs", nodes.Count == 1 ? "all" : $"{1e6 * Cpu(0) / messages:F1} µs", $"{written / messages / 1000:F1} kB"];
    }

    private static async Task<(double Seconds, double[] Cpu, double Written)> UsedAsync(IReadOnlyList<OwnRedis> nodes, Func<Task> run)
    {
        var cpu = nodes.Select(node => ProcessFigures.CpuSeconds(node.ProcessId)).ToArray();
        var written = nodes.Sum(node => ProcessFigures.WrittenBytes(node.ProcessId));
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        await run();
        return (System.Diagnostics.Stopwatch.GetElapsedTime(since).TotalSeconds,
            [.. nodes.Select((node, i) => ProcessFigures.CpuSeconds(node.ProcessId) - cpu[i])],
            nodes.Sum(node => ProcessFigures.WrittenBytes(node.ProcessId)) - written);
    }

    private static async Task PublishAsync(OwnRedis node, int messages, int textBytes)
    {
        using var redis = await RedisSocket.ConnectAsync(node.EndPoint);
        var envelope = System.Text.Encoding.UTF8.GetString(EventStream.Events.EventWriter.ToUtf8(NumberedEvents.Create("one", 0, textBytes)));
        var command = RedisSocket.Encode("PUBLISH", "session:one", envelope);
        for (var sent = 0; sent < messages; sent += PerSend)
        {
            var count = Math.Min(PerSend, messages - sent);
            await redis.SendAsync(Enumerable.Repeat(command, count).SelectMany(bytes => bytes).ToArray());
            for (var i = 0; i < count; i++) await redis.ReadLineAsync();
        }
    }

    /// <summary>Counts messages by their beginnings.</summary>
    private static async Task CountAsync(RedisSocket listener, Action<int> onCount)
    {
        var marker = "\r\npmessage\r\n"u8.ToArray();
        var buffer = new byte[256 * 1024];
        var (count, held) = (0, 0);
        try
        {
            while (await listener.ReadAsync(buffer.AsMemory(held)) is > 0 and var read)
            {
                var text = buffer.AsSpan(0, held + read);
                for (int at; (at = text.IndexOf(marker)) >= 0; text = text[(at + marker.Length)..]) count++;
                held = Math.Min(marker.Length - 1, text.Length);
                text[^held..].CopyTo(buffer);
                onCount(count);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }
}

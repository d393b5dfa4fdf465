using System.Diagnostics;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>Servers behind a load balancer, clients that write down what they are told, and publishers that count, all at work until it is finished.</summary>
internal sealed class ChaosStage : IAsyncDisposable
{
    public const string Session = "chaos";

    // Three publishers make about 500 events a second, which two cores carry beside two servers and Redis.
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan CatchUpTimeout = TimeSpan.FromSeconds(20);

    private readonly ChaosStageOptions _options;
    private readonly List<Watcher> _watchers = [];
    private readonly List<Watcher> _slow = [];
    private readonly List<DispatcherPublisher> _dispatchers = [];
    private readonly List<HttpPublisher> _posting = [];

    private ChaosStage(ChaosStageOptions options)
    {
        _options = options;
        string[] settings =
        [
            // Clients that come back soon make a short suite; the figure stands beside the table.
            "--Streaming:RetryMs=300", $"--Log:MaxEvents={options.Log.MaxEvents}", $"--Log:MaxBytes={options.Log.MaxBytes}",
            .. options.Redis is { } redis ? [$"--ConnectionStrings:Redis={redis}"] : Array.Empty<string>(), .. options.Settings,
        ];
        Nodes = [.. Enumerable.Range(0, options.Redis is null ? 1 : 2).Select(_ => new NodeProcess(settings))];
        Proxy = new RoundRobinProxy([.. Nodes.Select(node => node.Port)]);
    }

    public static StreamKey Stream { get; } = StreamKey.Session(Session);

    public IReadOnlyList<NodeProcess> Nodes { get; }

    public RoundRobinProxy Proxy { get; }

    public IReadOnlyList<Watcher> Watchers => _watchers;

    public Ledger Ledger { get; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Returns when all clients watch and events flow.</summary>
    public static async Task<ChaosStage> StartAsync(ChaosStageOptions options)
    {
        var stage = new ChaosStage(options);
        try
        {
            await Task.WhenAll(stage.Nodes.Select(node => node.StartAsync(Cancellation)));
            for (var i = 0; i < options.Watchers; i++) stage._watchers.Add(new Watcher(stage.At(stage.Proxy.Address), watchdog: options.Watchdog));
            await Eventually.TrueAsync(() => stage._watchers.All(watcher => watcher.HasJoined), Cancellation);
            for (var i = 1; i <= 2 && options.Redis is not null; i++) stage._dispatchers.Add(new DispatcherPublisher($"dispatcher{i}", Session, options, stage.Ledger));
            for (var i = 1; i <= (options.Redis is null ? 3 : 1); i++) stage._posting.Add(new HttpPublisher($"post{i}", stage.At(stage.Proxy.Address), options, stage.Ledger));
            await stage.FlowAsync(200);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of one server that reads at a pace.</summary>
    public Watcher AddSlow(NodeProcess node, Pace pace)
    {
        var watcher = new Watcher(At(node.Address), pace);
        _slow.Add(watcher);
        return watcher;
    }

    /// <summary>Returns when so many further events are acknowledged.</summary>
    public async Task FlowAsync(int events)
    {
        var target = Ledger.Count + events;
        await Eventually.TrueAsync(() => Ledger.Count >= target, Cancellation, $"{events} further events are acknowledged");
    }

    /// <summary>Returns when every publisher has so many further acknowledgements.</summary>
    public async Task FlowOfEachAsync(int events)
    {
        var before = Ledger.CountByPublisher();
        await Eventually.TrueAsync(() => Ledger.CountByPublisher().All(count => count.Value >= before.GetValueOrDefault(count.Key) + events), Cancellation, $"{events} further events of each publisher are acknowledged");
    }

    /// <summary>Stops publishing and returns when everything is acknowledged.</summary>
    public async Task QuietAsync()
    {
        foreach (var publisher in _posting) await publisher.StopAsync();
        foreach (var publisher in _dispatchers) await publisher.StopAsync();
    }

    /// <summary>Lets everybody come to the end and judges what each was told.</summary>
    public async Task<ChaosReport> FinishAsync()
    {
        await QuietAsync();
        foreach (var watcher in _watchers) watcher.Return();
        var last = await _posting[0].PublishLastAsync();
        List<Watcher> all = [.. _watchers, .. _slow];
        var began = Stopwatch.GetTimestamp();
        while (!all.TrueForAll(watcher => watcher.Saw(last)) && Stopwatch.GetElapsedTime(began) < CatchUpTimeout) await Task.Delay(Interval, Cancellation);

        var held = await HistoryAsync();
        var acknowledged = Ledger.Read(all.SelectMany(watcher => watcher.Seen()).DistinctBy(sight => sight.Key).ToDictionary());
        var verdicts = all.ConvertAll(watcher => Verdict.Judge(acknowledged, watcher.Observations(), held));
        var faults = verdicts.SelectMany((verdict, i) => verdict.Faults.Select(fault => $"Client {i}: {fault}")).ToList();
        var standing = new Dictionary<Cursor, NumberedEvent>();
        foreach (var (numbered, cursor) in verdicts.SelectMany(verdict => verdict.Standing))
        {
            if (!standing.TryAdd(cursor, numbered) && standing[cursor] != numbered) faults.Add($"At {cursor} one client saw {numbered} and another {standing[cursor]}.");
        }
        return new ChaosReport(acknowledged.Count, verdicts, _watchers.Max(watcher => watcher.LongestSilence), faults);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var publisher in _dispatchers) await publisher.DisposeAsync();
        foreach (var publisher in _posting) await publisher.DisposeAsync();
        foreach (var watcher in _watchers.Concat(_slow)) await watcher.DisposeAsync();
        foreach (var node in Nodes) await node.DisposeAsync();
        await Proxy.DisposeAsync();
    }

    private Uri At(Uri server) => new(server, $"/events/{Session}?from=earliest");

    private async Task<HashSet<NumberedEvent>> HistoryAsync()
    {
        using var client = new HttpClient { BaseAddress = Proxy.Address };
        var held = new HashSet<NumberedEvent>();
        for (var after = ""; ;)
        {
            using var page = JsonDocument.Parse(await AskAsync(client, $"/events/{Session}/history?limit=1000{after}"));
            foreach (var entry in page.RootElement.GetProperty("events").EnumerateArray()) held.Add(NumberedEvent.Read(entry.GetProperty("payload")));
            if (!page.RootElement.GetProperty("has_more").GetBoolean()) return held;
            after = $"&after={page.RootElement.GetProperty("cursor").GetString()}";
        }
    }

    // A bus that heals may still refuse a read.
    private static async Task<string> AskAsync(HttpClient client, string path)
    {
        var text = "";
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            text = await answer.Content.ReadAsStringAsync(Cancellation);
            if (!answer.IsSuccessStatusCode) TestContext.Current.TestOutputHelper?.WriteLine($"{path} was answered {(int)answer.StatusCode}: {text}");
            return answer.IsSuccessStatusCode;
        }, Cancellation, path);
        return text;
    }
}

using System.Diagnostics;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.Chaos;

/// <summary>Servers behind a load balancer, clients that record what they receive, and publishers that count, all at work until the end of the test.</summary>
internal sealed class ChaosStage : IAsyncDisposable
{
    // On a cluster these names put each of the three streams on another master.
    public static readonly StreamKey Session = StreamKey.Session("chaos");
    public static readonly StreamKey Project = StreamKey.Project("storm");

    // Three publishers then send about 500 events a second, which two cores carry beside two servers and Redis.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    // Only the project's clients watch this session.
    private static readonly StreamKey Aside = StreamKey.Session("unrest");
    private static readonly TimeSpan AsideInterval = TimeSpan.FromMilliseconds(20);

    private static readonly string Sse = Uri.UriSchemeHttp;
    private static readonly string WebSocket = Uri.UriSchemeWs;
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
            // A short retry time makes a short suite. The page states the figure beside the table.
            "--Streaming:RetryMs=300", $"--Log:MaxEvents={options.Log.MaxEvents}", $"--Log:MaxBytes={options.Log.MaxBytes}",
            .. options.Redis is { } redis ? [$"--ConnectionStrings:Redis={redis}"] : Array.Empty<string>(), .. options.Settings,
        ];
        Nodes = [.. Enumerable.Range(0, options.Redis is null ? 1 : 2).Select(_ => new RestartableServer(settings))];
        Proxy = new RoundRobinProxy([.. Nodes.Select(node => node.Port)]);
    }

    public IReadOnlyList<RestartableServer> Nodes { get; }

    public RoundRobinProxy Proxy { get; }

    public IReadOnlyList<Watcher> Watchers => _watchers;

    /// <summary>Clients that are away during a fault: one of the session and, over WebSocket, one of the project.</summary>
    public IReadOnlyList<Watcher> Absent => [_watchers[0], _watchers[^1]];

    /// <summary>Clients that leave shortly before a fault: the same with the protocols exchanged.</summary>
    public IReadOnlyList<Watcher> Leaving => [_watchers[^2], _watchers[^3]];

    public Ledger Ledger { get; } = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Returns when all clients watch and events flow.</summary>
    public static async Task<ChaosStage> StartAsync(ChaosStageOptions options)
    {
        var stage = new ChaosStage(options);
        try
        {
            await Task.WhenAll(stage.Nodes.Select(node => node.StartAsync(Cancellation)));
            (StreamKey Stream, string Scheme)[] watched = [(Session, Sse), (Session, Sse), (Session, Sse), (Session, Sse), (Project, Sse), (Project, Sse), (Session, WebSocket), (Project, WebSocket)];
            foreach (var (stream, scheme) in watched) stage._watchers.Add(stage.Watch(stream, scheme, stage.Proxy.Address, pace: null));
            await Eventually.TrueAsync(() => stage._watchers.All(watcher => watcher.HasJoined), Cancellation);
            for (var i = 1; i <= (options.Redis is null ? 3 : 1); i++) stage._posting.Add(new HttpPublisher($"post{i}", Session, stage.Proxy.Address, Interval, options, stage.Ledger));
            for (var i = 1; i <= 2 && options.Redis is not null; i++) stage._dispatchers.Add(new DispatcherPublisher($"dispatcher{i}", Session, Interval, options, stage.Ledger));
            if (options.Redis is null) stage._posting.Add(new HttpPublisher("aside", Aside, stage.Proxy.Address, AsideInterval, options, stage.Ledger));
            else stage._dispatchers.Add(new DispatcherPublisher("aside", Aside, AsideInterval, options, stage.Ledger));
            await stage.FlowAsync(200);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds clients of one server that read at a given pace: of the session and, over WebSocket, of the project.</summary>
    public IReadOnlyList<Watcher> AddSlow(RestartableServer node, Pace pace)
    {
        Watcher[] slow = [Watch(Session, Sse, node.Address, pace), Watch(Project, WebSocket, node.Address, pace)];
        _slow.AddRange(slow);
        return slow;
    }

    /// <summary>Returns when that many further events are acknowledged.</summary>
    public async Task FlowAsync(int events)
    {
        var target = Ledger.Count + events;
        await Eventually.TrueAsync(() => Ledger.Count >= target, Cancellation, $"{events} further events are acknowledged");
    }

    /// <summary>Returns when every publisher has that many further acknowledgements.</summary>
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

    /// <summary>Waits until all clients have read to the end, and judges each.</summary>
    public async Task<ChaosReport> FinishAsync()
    {
        await QuietAsync();
        foreach (var watcher in _watchers) watcher.Return();
        var last = await _posting[0].PublishLastAsync();
        List<Watcher> all = [.. _watchers, .. _slow];
        var began = Stopwatch.GetTimestamp();
        while (!all.TrueForAll(watcher => watcher.Saw(last)) && Stopwatch.GetElapsedTime(began) < CatchUpTimeout) await Task.Delay(Interval, Cancellation);

        List<(StreamKey Stream, Verdict Verdict)> verdicts = [];
        List<string> faults = [];
        foreach (var watching in all.GroupBy(watcher => watcher.Stream)) await JudgeAsync(watching.Key, [.. watching], verdicts, faults);
        return new ChaosReport(Ledger.Count, verdicts.ToLookup(judged => judged.Stream, judged => judged.Verdict), _watchers.Max(watcher => watcher.LongestSilence), faults);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var publisher in _dispatchers) await publisher.DisposeAsync();
        foreach (var publisher in _posting) await publisher.DisposeAsync();
        foreach (var watcher in _watchers.Concat(_slow)) await watcher.DisposeAsync();
        foreach (var node in Nodes) await node.DisposeAsync();
        await Proxy.DisposeAsync();
    }

    private static string PathOf(StreamKey stream) => stream.Kind == StreamKind.Project ? $"/projects/{stream.Id}/events" : $"/events/{stream.Id}";

    private Watcher Watch(StreamKey stream, string scheme, Uri server, Pace? pace)
    {
        var path = scheme == Sse ? PathOf(stream) : stream.Kind == StreamKind.Project ? $"/ws/projects/{stream.Id}" : $"/ws/events/{stream.Id}";
        var heartbeat = _options.Watchdog is null ? "" : "&heartbeat=event";
        return new Watcher(stream, new UriBuilder(server) { Scheme = scheme, Path = path, Query = $"from=earliest{heartbeat}" }.Uri, pace, _options.Watchdog);
    }

    /// <summary>Judges the clients of one stream, which must all have seen the same order.</summary>
    private async Task JudgeAsync(StreamKey stream, IReadOnlyList<Watcher> watching, List<(StreamKey Stream, Verdict Verdict)> verdicts, List<string> faults)
    {
        var held = await HistoryAsync(stream);
        // After a loss an event may come again; the last position counts.
        var acknowledged = Ledger.Read(stream, watching.SelectMany(watcher => watcher.Seen()).GroupBy(sight => sight.Key).ToDictionary(sights => sights.Key, sights => sights.Max(sight => sight.Value)));
        var standing = new Dictionary<Cursor, NumberedEvent>();
        foreach (var watcher in watching)
        {
            var verdict = Verdict.Judge(acknowledged, watcher.Observations(), held);
            verdicts.Add((stream, verdict));
            faults.AddRange(verdict.Faults.Select(fault => $"{watcher}: {fault}"));
            foreach (var (numbered, cursor) in verdict.Positions)
            {
                if (!standing.TryAdd(cursor, numbered) && standing[cursor] != numbered) faults.Add($"At {cursor} of {stream} one client saw {numbered} and another {standing[cursor]}.");
            }
        }
    }

    private async Task<HashSet<NumberedEvent>> HistoryAsync(StreamKey stream)
    {
        using var client = new HttpClient { BaseAddress = Proxy.Address };
        var held = new HashSet<NumberedEvent>();
        for (var after = ""; ;)
        {
            using var page = JsonDocument.Parse(await AskAsync(client, $"{PathOf(stream)}/history?limit=1000{after}"));
            foreach (var entry in page.RootElement.GetProperty("events").EnumerateArray()) held.Add(NumberedEvent.Read(entry.GetProperty("payload")));
            if (!page.RootElement.GetProperty("has_more").GetBoolean()) return held;
            after = $"&after={page.RootElement.GetProperty("cursor").GetString()}";
        }
    }

    // A bus that has just healed may still refuse a read.
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

using EventStream.Api.Streaming.Delivery;
using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Listening;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Listening;

[Needs(Need.Redis)]
public sealed class HttpListenerTests : StreamListenerContract
{
    private readonly TestBus _bus = new(new LogOptions { MaxEvents = 3000, MaxBytes = 256 * 1024 * 1024 });
    private readonly TestServer _server;

    public HttpListenerTests()
    {
        _server = TestServer.StartWith(_bus, new() { ["Streaming:RetryMs"] = "10", ["Streaming:Linger"] = "00:00:00", ["Streaming:MaxStreams"] = "8" });
        Listener = new StreamListener(_server.Client);
    }

    private protected override IEventBus Bus => _bus;

    private protected override StreamListener Listener { get; }

    private protected override int Subscriptions => _bus.Listeners.Count;

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task ReadAsync_LosesNothing_WhenConnectionsAreCut()
    {
        await using var relay = new TcpRelay(_server.Address.Port);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{relay.Port}") };
        await using var client = new ListenerClient(new StreamListener(http), Stream, StartFrom.Earliest);
        await client.StartAsync();
        var cursors = new List<Cursor>();
        var items = new List<StreamEvent>();
        for (var round = 0; round < 5; round++)
        {
            cursors.AddRange(await AppendAsync(Envelopes.Thoughts(50)));
            items.AddRange(await client.NextAsync(20));
            relay.Cut();
            cursors.AddRange(await AppendAsync(Envelopes.Thoughts(5)));
        }
        items.AddRange(await client.NextAsync(cursors.Count - items.Count));
        items.Select(item => item.Cursor!.Value).ShouldBe(cursors);
    }

    [Fact]
    public async Task ReadAsync_TellsTheGap_WhenTheLogNoLongerHoldsWhatWasMissed()
    {
        await using var relay = new TcpRelay(_server.Address.Port);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{relay.Port}") };
        await using var client = new ListenerClient(new StreamListener(http), Stream, StartFrom.Live);
        await client.StartAsync();
        var first = await AppendAsync(Envelopes.Thought());
        await client.NextAsync();
        relay.Target = 1;
        relay.Cut();
        await Eventually.TrueAsync(() => Subscriptions == 0, Cancel);
        var sent = await AppendAsync(Envelopes.Thoughts(4000));
        relay.Target = _server.Address.Port;
        var gap = await client.NextGapAsync();
        (gap.From, gap.To).ShouldBe(($"{first[0]}", $"{sent[999]}"));
        (await client.NextAsync(3000)).Select(item => item.Cursor!.Value).ShouldBe(sent[1000..]);
    }

    [Fact]
    public async Task ReadAsync_GoesOn_WhenTheServerAsksItToComeBack()
    {
        await using var server = TestServer.StartWith(_bus, new() { ["Streaming:RetryMs"] = "10", ["Streaming:MaxAge"] = "00:00:01" });
        using var counting = new CountingHandler();
        using var http = new HttpClient(counting) { BaseAddress = server.Address };
        await using var client = new ListenerClient(new StreamListener(http), Stream, StartFrom.Live);
        await client.StartAsync();
        var next = client.NextAsync();
        await Eventually.TrueAsync(() => counting.Requests > 2, Cancel);
        var cursors = await AppendAsync(Envelopes.Thought());
        (await next).Cursor.ShouldBe(cursors[0]);
    }

    [Fact]
    public async Task ReadAsync_LosesNothing_WhenTheServerCutsOffASlowReader()
    {
        var ends = new RecordingLogger<DeliveryLoop>();
        await using var server = TestServer.Start(new() { ["Streaming:RetryMs"] = "10", ["Streaming:WriteTimeout"] = "00:00:00.2" },
            services => services.AddSingleton<IEventBus>(_bus).AddSingleton<ILogger<DeliveryLoop>>(ends));
        await using var client = new ListenerClient(new StreamListener(server.Client), Stream, StartFrom.Live);
        await client.StartAsync();
        var cursors = new List<Cursor>();
        var text = EventPayload.Parse($$"""{"content":"{{new string('x', 20_000)}}"}""");
        // More than the sockets between them hold.
        for (var i = 0; i < 100; i++) cursors.AddRange(await AppendAsync([.. Envelopes.Thoughts(10).Select(thought => thought with { Payload = text })]));
        await Eventually.TrueAsync(() => ends.Entries.Any(entry => entry.Text.Contains("slow_consumer", StringComparison.Ordinal)), Cancel);
        (await client.NextAsync(cursors.Count)).Select(item => item.Cursor!.Value).ShouldBe(cursors);
    }

    [Fact]
    public async Task ReadAsync_ComesBackLater_WhenTheServerIsFull()
    {
        var others = new List<ListenerClient>();
        for (var i = 0; i < 8; i++) others.Add(Read(StartFrom.Live));
        foreach (var other in others) await other.StartAsync();
        var log = new RecordingLogger<StreamListener>();
        await using var client = new ListenerClient(new StreamListener(_server.Client, logger: log), Stream, StartFrom.Live);
        var starting = client.StartAsync();
        await Eventually.TrueAsync(() => log.Entries.Count > 0, Cancel);
        log.Entries.First().Text.ShouldContain("is busy");
        foreach (var other in others) await other.DisposeAsync();
        (await starting).Resume.ShouldBe("none");
        log.Lines.ShouldBe(["Warning ListeningInterrupted", "Information ListeningResumed"]);
        log.Traces.ShouldBe(0);
    }

    [Fact]
    public async Task ReadAsync_MovesOn_WhenAllEventsAreFilteredOut()
    {
        await using var server = TestServer.StartWith(_bus, new() { ["Streaming:RetryMs"] = "10", ["Streaming:Heartbeat"] = "00:00:00.1" });
        await using var relay = new TcpRelay(server.Address.Port);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{relay.Port}") };
        await using var client = new ListenerClient(new StreamListener(http), Stream, StartFrom.Live, new ListenOptions { Types = ["note"] });
        await client.StartAsync();
        var next = client.NextAsync();
        await AppendAsync(Envelopes.Thoughts(5));
        relay.Cut();
        var note = new EventFactory(TimeProvider.System).Create(Stream.Id, "note", EventPayload.Empty);
        var cursors = await AppendAsync(note);
        (await next).Cursor.ShouldBe(cursors[0]);
    }

    [Fact]
    public async Task ReadAsync_GoesOn_WhenTheServerIsKilledAndRestarted()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        await using var server = new RestartableServer($"--ConnectionStrings:Redis={redis.ConnectionString}", "--Streaming:RetryMs=10");
        await server.StartAsync(Cancel);
        var log = new RecordingLogger<StreamListener>();
        await using var provider = new ServiceCollection().AddSingleton<ILogger<StreamListener>>(log).AddEventListener(o => o.Server = server.Address).BuildServiceProvider();
        await using var publisher = new RedisEventBus(new RedisBusOptions { ConnectionString = redis.ConnectionString });
        await using var client = new ListenerClient(provider.GetRequiredService<StreamListener>(), Stream, StartFrom.Earliest);
        await client.StartAsync();
        var sent = Envelopes.Thoughts(9);
        foreach (var batch in sent.Chunk(3))
        {
            await publisher.AppendAsync(new AppendRequest { Stream = Stream, Events = batch }, Cancel);
            (await client.NextAsync(2)).Select(item => item.Event.EventId).ShouldBe(batch[..2].Select(thought => thought.EventId));
            (await client.NextAsync()).Event.EventId.ShouldBe(batch[2].EventId);
            await server.KillAsync();
            await server.StartAsync(Cancel);
        }
        await publisher.AppendAsync(new AppendRequest { Stream = Stream, Events = [Envelopes.Thought()] }, Cancel);
        await client.NextAsync();
        var end = client.NextAsync();
        await publisher.DeleteAsync(Stream, Cancel);
        (await end).Is<SessionDeleted>(out _).ShouldBeTrue();
        await client.ShouldEndAsync("session_deleted");
        log.Traces.ShouldBe(0);
    }

    private sealed class CountingHandler() : DelegatingHandler(new SocketsHttpHandler())
    {
        private int _requests;

        public int Requests => Volatile.Read(ref _requests);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _requests);
            return base.SendAsync(request, cancellationToken);
        }
    }
}

using System.Text;
using EventStream.Api.Streaming.Connections;
using EventStream.Api.Streaming.Delivery;
using EventStream.Api.Streaming.Frames;
using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Listening;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Delivery;

/// <summary>A dialect whose messages follow from the log up to the event: each client reads the same, wherever it joins.</summary>
public sealed class FoldedDialectTests : IAsyncDisposable
{
    private const string Session = "s";

    private readonly TestServer _server = TestServer.Start();
    private readonly Envelopes _events = new(Session);
    private readonly CountingDialect _dialect = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task RunAsync_CountsFromTheFirstEvent_WhereverAClientJoins()
    {
        var cursors = await _server.AppendAsync(Session, [.. _events.Thoughts(5)]);
        await using var earliest = Watch(StartFrom.Earliest);
        await using var resumed = Watch(StartFrom.After(cursors[2]));
        await using var live = Watch(StartFrom.Live);
        await earliest.OpenedAsync();
        await resumed.OpenedAsync();
        await live.OpenedAsync();
        await _server.AppendAsync(Session, [.. _events.Thoughts(3)]);

        (await earliest.ReadAsync(8)).ShouldBe([1, 2, 3, 4, 5, 6, 7, 8]);
        (await resumed.ReadAsync(5)).ShouldBe([4, 5, 6, 7, 8]);
        (await live.ReadAsync(3)).ShouldBe([6, 7, 8]);
    }

    [Fact]
    public async Task RunAsync_FoldsEachEventOnce_HoweverManyClientsWatch()
    {
        await _server.AppendAsync(Session, [.. _events.Thoughts(5)]);
        var clients = Enumerable.Range(0, 10).Select(_ => Watch(StartFrom.Earliest)).ToList();
        foreach (var client in clients) (await client.ReadAsync(5)).ShouldBe([1, 2, 3, 4, 5]);
        // The first event after the join may still find clients that haven't caught up.
        await _server.AppendAsync(Session, _events.Thought());
        foreach (var client in clients) (await client.ReadAsync(1)).ShouldBe([6]);

        var before = _dialect.Written;
        await _server.AppendAsync(Session, [.. _events.Thoughts(100)]);
        foreach (var client in clients) (await client.ReadAsync(100)).ShouldBe(Enumerable.Range(7, 100));
        (_dialect.Written - before).ShouldBe(100);
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact]
    public async Task RunAsync_CountsOn_ForAClientThatIsBehindTheWindow()
    {
        await _server.AppendAsync(Session, [.. _events.Thoughts(3000)]);
        await using var client = Watch(StartFrom.Earliest);
        (await client.ReadAsync(3000)).ShouldBe(Enumerable.Range(1, 3000));
        await _server.AppendAsync(Session, _events.Thought());
        (await client.ReadAsync(1)).ShouldBe([3001]);
    }

    [Fact]
    public async Task RunAsync_CountsWhatAClientFiltersOut_BehindTheWindow()
    {
        await _server.AppendAsync(Session, [.. Enumerable.Range(1, 3000).Select(number => _events.Thought(runId: number % 2 == 0 ? "r" : null))]);
        await using var client = Watch(StartFrom.Earliest, filter: EventFilter.Of(StreamKey.Session(Session), [], "r", null));
        (await client.ReadAsync(1500)).ShouldBe(Enumerable.Range(1, 1500).Select(number => 2 * number));
    }

    [Fact]
    public async Task RunAsync_CountsWhatTheLogHolds_AfterAGap()
    {
        await using var server = TestServer.Start(new() { ["Log:MaxEvents"] = "8" });
        var cursors = await server.AppendAsync(Session, [.. _events.Thoughts(20)]);
        await using var client = Watch(StartFrom.After(cursors[0]), server: server);
        // The log holds the last eight of twenty events; the fold begins with the first of them.
        (await client.ReadAsync(8)).ShouldBe([1, 2, 3, 4, 5, 6, 7, 8]);
        await server.AppendAsync(Session, _events.Thought());
        (await client.ReadAsync(1)).ShouldBe([9]);
    }

    // A gap stands in the fold, as in what one client alone was told: what was told before it stays told.
    [Theory]
    [InlineData(nameof(DialectKind.Folded))]
    [InlineData(nameof(DialectKind.PerConnection))]
    public async Task RunAsync_GoesOnAfterAGapThatComesInTheMiddle(string kind)
    {
        var bus = new TestBus(new() { MaxEvents = 8 });
        await using var server = TestServer.StartWith(bus);
        await using var client = Watch(StartFrom.Live, new CountingDialect { Kind = Enum.Parse<DialectKind>(kind) }, server);
        await client.OpenedAsync();
        await server.AppendAsync(Session, [.. _events.Thoughts(3)]);
        (await client.ReadAsync(3)).ShouldBe([1, 2, 3]);

        bus.Announce = _ => [];
        await server.AppendAsync(Session, [.. _events.Thoughts(12)]);
        bus.Listeners[0].OnInterrupted();
        (await client.ReadAsync(9)).ShouldBe([CountingDialect.Gap, .. Enumerable.Range(4, 8)]);
        bus.Announce = entry => [entry];
        await server.AppendAsync(Session, _events.Thought());
        (await client.ReadAsync(1)).ShouldBe([12]);
    }

    [Fact]
    public async Task Publishing_GoesOnForTheOthers_WhenADialectThrows()
    {
        await using var canonical = await _server.OpenAsync($"/events/{Session}");
        await canonical.NextAsync();
        await using var broken = Watch(StartFrom.Live, new CountingDialect { ThrowsAt = 3 });
        await broken.OpenedAsync();
        var cursors = await _server.AppendAsync(Session, [.. _events.Thoughts(5)]);

        (await canonical.NextAsync(5)).Select(item => item.EventId).ShouldBe(cursors.Select(cursor => $"{cursor}"));
        (await broken.ReadAsync(2)).ShouldBe([1, 2]);
    }

    private RecordingConnection Watch(StartFrom from, CountingDialect? dialect = null, TestServer? server = null, EventFilter? filter = null)
    {
        dialect ??= _dialect;
        var connection = new RecordingConnection(dialect);
        connection.Run((server ?? _server).Services.GetRequiredService<DeliveryLoop>(), new StreamRequest
        {
            Stream = StreamKey.Session(Session),
            From = from,
            Filter = filter ?? EventFilter.All,
            Close = CloseMode.Never,
            HeartbeatEvents = false,
            Dialect = dialect,
        });
        return connection;
    }

    /// <summary>Says how many logged events came before, and which number this one has.</summary>
    private sealed class CountingDialect : IDialect
    {
        public const int Gap = -1;

        private readonly CountingDialect? _first;
        private long _count;
        private long _written;

        public CountingDialect()
        {
        }

        private CountingDialect(CountingDialect first) => _first = first;

        /// <summary>The number of the event that it fails at.</summary>
        public int ThrowsAt { get; init; } = int.MaxValue;

        /// <summary>How many events all instances were given.</summary>
        public long Written => Interlocked.Read(ref _written);

        public string Name => "counting";

        public DialectKind Kind { get; init; } = DialectKind.Folded;

        public IDialect Begin() => new CountingDialect(_first ?? this) { Kind = Kind };

        public void WriteEvent(in DialectEvent next, List<DialectMessage> output)
        {
            Interlocked.Increment(ref (_first ?? this)._written);
            if (_count + 1 == (_first ?? this).ThrowsAt) throw new InvalidOperationException("A defect.");
            output.Add(new DialectMessage("count", Encoding.UTF8.GetBytes($"{++_count}")));
        }

        public void WriteGap(in DialectEvent next, List<DialectMessage> output) => output.Add(new DialectMessage("gap", Encoding.UTF8.GetBytes($"{Gap}")));

        public void WriteOpening(in DialectEvent next, List<DialectMessage> output)
        {
        }

        public void WriteClosing(in DialectEvent next, List<DialectMessage> output)
        {
        }
    }

    /// <summary>A connection that keeps the numbers that it is told.</summary>
    private sealed class RecordingConnection(IDialect dialect) : ClientConnection(dialect, TimeProvider.System), IAsyncDisposable
    {
        private readonly CancellationTokenSource _gone = new();
        private readonly System.Threading.Channels.Channel<int> _numbers = System.Threading.Channels.Channel.CreateUnbounded<int>();
        private readonly TaskCompletionSource _opened = new();
        private Task _running = Task.CompletedTask;

        public override Transport Transport => Transport.Sse;

        public override SocketProgress? Progress => null;

        public void Run(DeliveryLoop loop, StreamRequest request) => _running = Task.Run(() => loop.RunAsync(this, request, _gone.Token), CancellationToken.None);

        public Task OpenedAsync() => _opened.Task.WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken);

        public async Task<List<int>> ReadAsync(int count)
        {
            var numbers = new List<int>();
            while (numbers.Count < count) numbers.Add(await _numbers.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Timeouts.Default, CancellationToken.None));
            return numbers;
        }

        public async ValueTask DisposeAsync()
        {
            await _gone.CancelAsync();
            // A dialect that throws ends its stream with the exception.
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _gone.Dispose();
        }

        public override Task OpenAsync(Frame greeting)
        {
            _opened.SetResult();
            return WriteAsync(greeting).AsTask();
        }

        public override ValueTask WriteAsync(Frame frame)
        {
            foreach (var line in Encoding.UTF8.GetString(BlockOf(frame).Span).Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal))) _numbers.Writer.TryWrite(int.Parse(line["data: ".Length..]));
            return ValueTask.CompletedTask;
        }

        public override ValueTask FlushAsync() => ValueTask.CompletedTask;

        public override bool TryWriteKeepAlive(Cursor? moved) => true;

        public override Task CloseAsync(SubscriberEnd end, Frame? closing) => Task.CompletedTask;

        public override Task FailAsync(Frame closing) => Task.CompletedTask;

        public override Task RefuseAsync(SubscriberEnd end, Frame closing) => Task.CompletedTask;

        public override void Abort()
        {
        }
    }
}

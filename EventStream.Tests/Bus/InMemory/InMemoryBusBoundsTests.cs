using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.InMemory;

public sealed class InMemoryBusBoundsTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AppendAsync_ForgetsTheStreamUsedLongestAgo_WhenThereAreTooMany()
    {
        var bus = BusOf(maxStreams: 2);
        await AppendAsync(bus, "a");
        await AppendAsync(bus, "b");
        await AppendAsync(bus, "a");

        await AppendAsync(bus, "c");

        await HeldAsync(bus, "a", "c");
        (await ReadAsync(bus, "b")).Head.ShouldBe(Cursor.Zero);
    }

    [Fact]
    public async Task ReadAsync_CountsAsUse_WhenStreamsAreForgotten()
    {
        var bus = BusOf(maxStreams: 2);
        await AppendAsync(bus, "a");
        await AppendAsync(bus, "b");
        await ReadAsync(bus, "a");

        await AppendAsync(bus, "c");

        await HeldAsync(bus, "a", "c");
    }

    [Fact]
    public async Task AppendAsync_SparesStreamsWithSubscribers_WhenOthersExist()
    {
        var bus = BusOf(maxStreams: 2);
        await using var subscription = await bus.SubscribeAsync(StreamKey.Session("a"), new RecordingListener(), Cancel);
        await AppendAsync(bus, "a");
        await AppendAsync(bus, "b");

        await AppendAsync(bus, "c");

        await HeldAsync(bus, "a", "c");
    }

    [Fact]
    public async Task AppendAsync_ForgetsAStreamAgain_WhenItsSubscriberLeft()
    {
        var bus = BusOf(maxStreams: 2);
        var subscription = await bus.SubscribeAsync(StreamKey.Session("a"), new RecordingListener(), Cancel);
        await AppendAsync(bus, "a");
        await subscription.DisposeAsync();
        await AppendAsync(bus, "b");

        await AppendAsync(bus, "c");

        await HeldAsync(bus, "b", "c");
    }

    [Fact]
    public async Task SubscribeAsync_GoesOn_WhenItsStreamIsForgotten()
    {
        var bus = BusOf(maxStreams: 1);
        var listener = new RecordingListener();
        await using var a = await bus.SubscribeAsync(StreamKey.Session("a"), listener, Cancel);
        await using var b = await bus.SubscribeAsync(StreamKey.Session("b"), new RecordingListener(), Cancel);
        var before = await AppendAsync(bus, "a");
        await AppendAsync(bus, "b");
        (await ReadAsync(bus, "a")).Count.ShouldBe(0);

        var after = await AppendAsync(bus, "a");

        listener.Cursors.ShouldBe([before.Head, after.Head]);
        after.Listeners.ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_BeginsALaterEpoch_WhenTheStreamWasForgotten()
    {
        var bus = BusOf(maxStreams: 1);
        var before = await AppendAsync(bus, "a");
        await AppendAsync(bus, "b");

        var after = await AppendAsync(bus, "a");

        after.Head.Epoch.ShouldBe(before.Head.Epoch + 1);
        after.Head.Offset.ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_ForgetsWholeStreams_WhenThereAreTooManyBytes()
    {
        var bus = BusOf(maxBytes: 1_500_000);
        foreach (var session in (string[])["a", "b", "c", "d", "e"]) await AppendAsync(bus, session, new string('x', 240_000));

        await HeldAsync(bus, "b", "c", "d", "e");
    }

    [Fact]
    public async Task AppendAsync_FreesBytes_WhenEventsAreTrimmedOrDeleted()
    {
        var bus = new InMemoryEventBus(new InMemoryBusOptions { MaxBytes = 1_200_000 }, new LogOptions { MaxEvents = 2 }, _time);
        await AppendAsync(bus, "a");
        for (var i = 0; i < 20; i++) await AppendAsync(bus, "b", new string('x', 240_000));
        await AppendAsync(bus, "c", new string('x', 240_000));
        await bus.DeleteAsync(StreamKey.Session("c"), Cancel);
        await AppendAsync(bus, "d", new string('x', 240_000));

        (await ReadAsync(bus, "a")).Count.ShouldBe(1);
        (await ReadAsync(bus, "b")).Count.ShouldBe(2);
        (await ReadAsync(bus, "c")).DeletedAt.ShouldNotBeNull();
        (await ReadAsync(bus, "d")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task AppendAsync_KeepsTheOnlyStream_WhenItIsLargerThanTheBus()
    {
        var bus = BusOf(maxBytes: EventLimits.MaxEventBytes);

        for (var i = 0; i < 3; i++) await AppendAsync(bus, "a", new string('x', 200_000));

        (await ReadAsync(bus, "a")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task StreamCount_IsZero_WhenNothingIsHeldOrListenedTo()
    {
        var bus = BusOf();
        await ReadAsync(bus, "a");
        await bus.DeleteAsync(StreamKey.Session("a"), Cancel);
        await bus.FindRunEndAsync(StreamKey.Session("a"), "r1", Cancel);
        var conflict = new AppendRequest { Stream = StreamKey.Session("a"), Events = [new Envelopes("a").Thought()], ExpectedHead = new Cursor(1, 1) };
        (await bus.AppendAsync(conflict, Cancel)).IsConflict.ShouldBeTrue();
        var subscription = await bus.SubscribeAsync(StreamKey.Session("a"), new RecordingListener(), Cancel);
        bus.StreamCount.ShouldBe(1);

        await subscription.DisposeAsync();

        bus.StreamCount.ShouldBe(0);
    }

    [Fact]
    public async Task AppendAsync_KeepsBoundsAndOrder_WhenManyStreamsAreForgottenAtOnce()
    {
        const int Sessions = 40, MaxStreams = 8;
        var bus = BusOf(MaxStreams);
        var listeners = Enumerable.Range(0, Sessions).Select(_ => new RecordingListener()).ToArray();
        var subscriptions = new List<IAsyncDisposable>();
        for (var i = 0; i < Sessions; i += 2) subscriptions.Add(await bus.SubscribeAsync(StreamKey.Session($"s{i}"), listeners[i], Cancel));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 1000; i++) await AppendAsync(bus, $"s{(7 * i + worker) % Sessions}");
        }, Cancel)));

        foreach (var listener in listeners)
        {
            listener.Cursors.ShouldBe(listener.Cursors.Distinct().Order());
            foreach (var (one, next) in listener.Cursors.Zip(listener.Cursors.Skip(1)))
                next.ShouldBe(next.Epoch == one.Epoch ? one.Next : new Cursor(next.Epoch, 1));
        }
        listeners.Where((_, i) => i % 2 == 0).Sum(listener => listener.Entries.Count).ShouldBe(4000);
        foreach (var subscription in subscriptions) await subscription.DisposeAsync();
        bus.StreamCount.ShouldBeInRange(1, MaxStreams);
    }

    [Theory]
    [InlineData(0, 1_000_000, "InMemoryBus:MaxStreams")]
    [InlineData(10, 1000, "InMemoryBus:MaxBytes")]
    public void Constructor_NamesTheSetting_WhenItCannotWork(int maxStreams, long maxBytes, string setting) =>
        Should.Throw<ArgumentException>(() => BusOf(maxStreams, maxBytes)).Message.ShouldStartWith(setting);

    [Fact]
    public void Constructor_NamesTheSetting_WhenTheLogCannotWork() =>
        Should.Throw<ArgumentException>(() => new InMemoryEventBus(new InMemoryBusOptions(), new LogOptions { MaxEvents = 0 }, _time)).Message.ShouldStartWith("Log:MaxEvents");

    private InMemoryEventBus BusOf(int maxStreams = 100, long maxBytes = 1_000_000) =>
        new(new InMemoryBusOptions { MaxStreams = maxStreams, MaxBytes = maxBytes }, new LogOptions(), _time);

    private static ValueTask<AppendResult> AppendAsync(InMemoryEventBus bus, string session, string text = "so") =>
        bus.AppendAsync(new AppendRequest { Stream = StreamKey.Session(session), Events = [new Envelopes(session).Thought(text)] }, Cancel);

    private static ValueTask<LogPage> ReadAsync(InMemoryEventBus bus, string session) => bus.ReadAsync(StreamKey.Session(session), Cursor.Zero, 0, Cancel);

    private static async Task HeldAsync(InMemoryEventBus bus, params string[] sessions)
    {
        foreach (var session in sessions) (await ReadAsync(bus, session)).Count.ShouldBePositive(session);
        bus.StreamCount.ShouldBe(sessions.Length);
    }
}

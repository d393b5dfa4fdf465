using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>Redis stored an append, but its answer was lost: repeating the append stores nothing twice.</summary>
[Needs(Need.Redis)]
public sealed class RedisRepetitionTests(RedisServer redis) : IAsyncLifetime
{
    private readonly StreamKey _stream = StreamKey.Session($"s-{Guid.NewGuid():N}");
    private TcpRelay _relay = null!;
    private RedisEventBus _bus = null!;
    private RedisEventBus _other = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Envelopes Envelopes => new(_stream.Id);

    public async ValueTask InitializeAsync()
    {
        await redis.StartAsync();
        _relay = new TcpRelay(int.Parse(redis.ConnectionString.Split(',')[0].Split(':')[1]));
        _bus = new RedisEventBus(new RedisBusOptions { ConnectionString = $"127.0.0.1:{_relay.Port}", CommandTimeout = TimeSpan.FromMilliseconds(300) });
        _other = new RedisEventBus(new RedisBusOptions { ConnectionString = redis.ConnectionString });
        // Connects and loads the script first, which takes longer than the timeout on a busy machine.
        var first = Envelopes.Thought();
        await UntilAnsweredAsync(() => AppendAsync(_bus, first));
    }

    public async ValueTask DisposeAsync()
    {
        await _bus.DisposeAsync();
        await _other.DisposeAsync();
        await _relay.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AppendAsync_AnswersDuplicateWithTheFirstCursor_WhenTheAnswerWasLost(bool hasProducer)
    {
        var request = new AppendRequest { Stream = _stream, Events = Envelopes.Thoughts(3), Producer = hasProducer ? new ProducerPosition("p", 1) : null };

        await LoseAnswerAsync(() => _bus.AppendAsync(request, Cancel).AsTask());
        var repeated = await UntilAnsweredAsync(() => _bus.AppendAsync(request, Cancel).AsTask());

        repeated.Receipts.ShouldAllBe(receipt => receipt.Outcome == AppendOutcome.Duplicate);
        repeated.Receipts.Select(receipt => receipt.Cursor).ShouldBe((await HeldAsync(_stream)).Skip(1).Select(entry => (Cursor?)entry.Cursor));
    }

    [Fact]
    public async Task AppendAsync_AnswersDuplicate_WhenAnotherNodeRepeatsItWithTheIdsOfTheCaller()
    {
        var thoughts = Envelopes.Thoughts(2);

        await LoseAnswerAsync(() => AppendAsync(_bus, thoughts));
        var repeated = await AppendAsync(_other, [.. thoughts, Envelopes.Thought()]);

        repeated.Receipts.Select(receipt => receipt.Outcome).ShouldBe([AppendOutcome.Duplicate, AppendOutcome.Duplicate, AppendOutcome.Stored]);
        repeated.Receipts.Select(receipt => receipt.Cursor!.Value.Offset).ShouldBe([2, 3, 4]);
    }

    [Fact]
    public async Task AppendAsync_StoresWhatIsMissing_WhenOnlyOneOfTwoLogsHoldsTheEvent()
    {
        var second = StreamKey.Session($"second-{Guid.NewGuid():N}");
        var thought = Envelopes.Thought();
        await AppendAsync(_other, thought);

        var inFirst = await AppendAsync(_bus, thought);
        var inSecond = await _bus.AppendAsync(new AppendRequest { Stream = second, Events = [thought] }, Cancel);
        var again = await _other.AppendAsync(new AppendRequest { Stream = second, Events = [thought] }, Cancel);

        inFirst.Receipts.ShouldHaveSingleItem().Outcome.ShouldBe(AppendOutcome.Duplicate);
        inSecond.Receipts.ShouldHaveSingleItem().Outcome.ShouldBe(AppendOutcome.Stored);
        again.Receipts.ShouldHaveSingleItem().ShouldBe(inSecond.Receipts[0] with { Outcome = AppendOutcome.Duplicate });
        (await HeldAsync(second)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task PublishAsync_StoresEachEventOnce_WhenTheDispatcherNeverSawTheAnswer()
    {
        await using var dispatcher = new EventDispatcher(_bus);

        await LoseAnswerAsync(async () =>
        {
            for (var i = 0; i < 5; i++) await dispatcher.PublishAsync(_stream.Id, "t", new { n = i }, cancellationToken: Cancel);
            await Eventually.TrueAsync(async () => (await HeldAsync(_stream)).Count > 1, Cancel);
            throw new BusUnavailableException("The dispatcher waits for an answer that was swallowed.");
        });
        await dispatcher.FlushAsync(Cancel);

        (await HeldAsync(_stream)).Skip(1).Select(entry => Envelopes.Read(entry).Payload.ToString()).ShouldBe(Enumerable.Range(0, 5).Select(n => $$"""{"n":{{n}}}"""));
    }

    [Fact]
    public async Task PublishAndConfirmAsync_AnswersDuplicate_WhenANewDispatcherRepeatsTheIdsOfTheCaller()
    {
        var options = new PublishOptions { EventId = "mine" };
        EventReceipt first;
        await using (var dispatcher = new EventDispatcher(_bus)) first = await dispatcher.PublishAndConfirmAsync(_stream.Id, "t", new { }, options, Cancel);

        await using var restarted = new EventDispatcher(_other);
        var second = await restarted.PublishAndConfirmAsync(_stream.Id, "t", new { }, options, Cancel);

        second.ShouldBe(first with { Outcome = AppendOutcome.Duplicate });
        (await HeldAsync(_stream)).Count.ShouldBe(2);
    }

    // Redis executes the call; its answer is dropped, and then the connection is cut.
    private async Task LoseAnswerAsync(Func<Task> call)
    {
        var held = (await HeldAsync(_stream)).Count;
        var connections = _relay.Connections;
        foreach (var connection in connections) connection.SwallowsAnswer = _ => true;
        await Should.ThrowAsync<BusUnavailableException>(call);
        foreach (var connection in connections) connection.Cut();
        (await HeldAsync(_stream)).Count.ShouldBeGreaterThan(held);
    }

    private static async Task<AppendResult> UntilAnsweredAsync(Func<Task<AppendResult>> call)
    {
        AppendResult? result = null;
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                result = await call();
                return true;
            }
            catch (BusUnavailableException)
            {
                return false;
            }
        }, Cancel);
        return result!;
    }

    private Task<AppendResult> AppendAsync(RedisEventBus bus, params IReadOnlyList<Event> events) =>
        bus.AppendAsync(new AppendRequest { Stream = _stream, Events = events }, Cancel).AsTask();

    private async Task<IReadOnlyList<LogEntry>> HeldAsync(StreamKey stream) => (await _other.ReadAsync(stream, Cursor.Zero, 1000, Cancel)).Entries;
}

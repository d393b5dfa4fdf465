using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

public sealed class EventDispatcherOrderTests
{
    private readonly ScriptedAppender _bus = new();

    [Fact]
    public async Task PublishAsync_KeepsTheOrderOfEachCaller_WhenManyPublishToOneSession()
    {
        _bus.Before = async () => await Task.Yield();
        await using var dispatcher = new EventDispatcher(_bus);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(() => dispatcher.NumbersAsync("s", caller * 1000, 500), TestContext.Current.CancellationToken)));
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        var stored = _bus.StoredIn("s").Numbers().ToArray();
        stored.Length.ShouldBe(16 * 500);
        foreach (var caller in stored.GroupBy(number => number / 1000)) caller.ShouldBe(Enumerable.Range(caller.Key * 1000, 500));
        _bus.MostUnderWay.ShouldBe(1);
    }

    [Fact]
    public async Task PublishAsync_KeepsTheOrderOfCalls_WhenTheyAreNotAwaitedAndThereIsNoRoom()
    {
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { Capacity = 3 });

        var calls = Enumerable.Range(0, 200).Select(number => dispatcher.NumberAsync("s", number, TestContext.Current.CancellationToken).AsTask()).ToArray();
        await Task.WhenAll(calls);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        _bus.StoredIn("s").Numbers().ShouldBe(Enumerable.Range(0, 200));
    }

    [Fact]
    public async Task PublishAsync_SendsTheRestAsOneBatch_WhenAnAppendIsUnderWay()
    {
        _bus.Hold("s");
        await using var dispatcher = new EventDispatcher(_bus);
        await dispatcher.NumberAsync("s", 0, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => _bus.Requests.Count == 1, TestContext.Current.CancellationToken);

        await dispatcher.NumbersAsync("s", 1, 20);
        _bus.LetGo("s");
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        _bus.Requests.Select(request => request.Events.Count).ShouldBe([1, 20]);
    }

    [Fact]
    public async Task PublishAsync_SplitsBatches_WhenTheyExceedTheLimits()
    {
        _bus.Hold("s");
        await using var dispatcher = new EventDispatcher(_bus);
        await dispatcher.NumberAsync("s", 0, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => _bus.Requests.Count == 1, TestContext.Current.CancellationToken);

        await dispatcher.NumbersAsync("s", 1, 1500);
        for (var i = 0; i < 10; i++) await dispatcher.AgentMessageDeltaAsync("s", "m", new string('x', 200_000), cancellationToken: TestContext.Current.CancellationToken);
        _bus.LetGo("s");
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        _bus.StoredIn("s").Count.ShouldBe(1511);
        _bus.Requests[1].Events.Count.ShouldBe(EventLimits.MaxBatchEvents);
        _bus.Requests.ShouldAllBe(request => request.Events.Sum(e => e.Payload.Utf8.Length) <= EventLimits.MaxBatchBytes / 4);
        _bus.Requests.Count.ShouldBeLessThan(6);
    }

    [Fact]
    public async Task PublishAsync_StoresOtherSessions_WhenOneIsHeld()
    {
        _bus.Hold("held");
        await using var dispatcher = new EventDispatcher(_bus);

        await dispatcher.NumberAsync("held", 1, TestContext.Current.CancellationToken);
        await dispatcher.NumberAsync("free", 1, TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(() => _bus.StoredIn("free").Count == 1, TestContext.Current.CancellationToken);
        _bus.StoredIn("held").ShouldBeEmpty();
        _bus.LetGo("held");
    }

    [Fact]
    public async Task PublishAsync_NeverGivesANumberTwice_WhenSessionsComeAndGo()
    {
        await using var dispatcher = new EventDispatcher(_bus);
        for (var round = 0; round < 20; round++)
        {
            await dispatcher.NumbersAsync("a", round, 3);
            await dispatcher.NumbersAsync("b", round, 2);
            await dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        }

        foreach (var stream in _bus.Requests.GroupBy(request => request.Stream))
        {
            var last = 0L;
            foreach (var request in stream)
            {
                request.Producer.ShouldNotBeNull().FirstSequence.ShouldBeGreaterThan(last);
                last = request.Producer!.Value.FirstSequence + request.Events.Count - 1;
            }
        }
        _bus.Requests.Select(request => request.Producer!.Value.ProducerId).Distinct().ShouldHaveSingleItem().ShouldMatch("^[0-9a-f]{32}$");
        await Eventually.TrueAsync(() => dispatcher.LaneCount == 0, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task PublishAsync_SendsIdsOfCallersApart_StillInOrder()
    {
        _bus.Hold("s");
        await using var dispatcher = new EventDispatcher(_bus);
        string?[] ids = [null, null, "mine-1", "mine-2", null, "mine-3"];
        await dispatcher.NumberAsync("s", -1, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => _bus.Requests.Count == 1, TestContext.Current.CancellationToken);

        for (var i = 0; i < ids.Length; i++)
            await dispatcher.PublishAsync("s", DispatchedEvents.Payload(i), new PublishOptions { EventId = ids[i] }, TestContext.Current.CancellationToken);
        _bus.LetGo("s");
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        _bus.StoredIn("s").Numbers().ShouldBe([-1, 0, 1, 2, 3, 4, 5]);
        _bus.Requests.Select(request => (request.Events.Count, request.Producer is null)).ShouldBe([(1, false), (2, false), (2, true), (1, false), (1, true)]);
        _bus.StoredIn("s").Select(e => e.EventId).Where(id => id.StartsWith("mine", StringComparison.Ordinal)).ShouldBe(["mine-1", "mine-2", "mine-3"]);
    }
}

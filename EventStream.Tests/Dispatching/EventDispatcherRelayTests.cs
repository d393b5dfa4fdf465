using System.Collections.Concurrent;
using EventStream.Bus;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

public sealed class EventDispatcherRelayTests
{
    private static readonly StreamKey Project = StreamKey.Project("p");
    private static readonly PublishOptions Mine = new() { ProjectId = "p" };

    private readonly TestBus _bus = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PublishAsync_KeepsTheOrderOfASession_WhenSomeEventsAreBroadcastAndSomeAreNot()
    {
        await using var dispatcher = new EventDispatcher(_bus);
        for (var number = 0; number < 500; number++)
            await dispatcher.PublishAsync("s", DispatchedEvents.Payload(number), Mine with { Broadcast = number % 3 == 0, EventId = number % 7 == 0 ? $"mine-{number}" : null }, Cancel);
        await dispatcher.FlushAsync(Cancel);

        (await ReadAsync(StreamKey.Session("s"))).Numbers().ShouldBe(Enumerable.Range(0, 500));
        (await ReadAsync(Project)).Numbers().ShouldBe(Enumerable.Range(0, 500));
        (await ReadAsync(StreamKey.Broadcast)).Numbers().ShouldBe(Enumerable.Range(0, 500).Where(number => number % 3 == 0));
    }

    [Fact]
    public async Task PublishAsync_KeepsTheOrderOfASessionInItsProject_WhenTheProjectOftenFails()
    {
        var appends = 0;
        _bus.BeforeAppend = request => request.Stream == Project && Interlocked.Increment(ref appends) % 2 == 1 ? throw new BusUnavailableException("Away.") : Task.CompletedTask;
        await using var dispatcher = new EventDispatcher(_bus);
        await Task.WhenAll(((string[])["a", "b"]).Select(async session =>
        {
            for (var number = 0; number < 100; number++)
            {
                await dispatcher.PublishAsync(session, DispatchedEvents.Payload(number), Mine, Cancel);
                if (number % 10 == 0) await dispatcher.FlushAsync(Cancel);
            }
        }));
        await dispatcher.FlushAsync(Cancel);

        var project = await ReadAsync(Project);
        project.Count.ShouldBe(200);
        foreach (var session in (string[])["a", "b"]) project.Where(envelope => envelope.SessionId == session).Numbers().ShouldBe(Enumerable.Range(0, 100));
    }

    [Fact]
    public async Task FlushAsync_WaitsForTheProject_AndOnAppendedIsToldOnceThen()
    {
        var hold = new TaskCompletionSource();
        _bus.BeforeAppend = request => request.Stream == Project ? hold.Task : Task.CompletedTask;
        var told = new ConcurrentQueue<StreamKey>();
        await using var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { OnAppended = (request, _) => told.Enqueue(request.Stream) });
        await dispatcher.PublishAsync("s", DispatchedEvents.Payload(1), Mine, Cancel);
        var flushed = dispatcher.FlushAsync(Cancel);
        await Eventually.TrueAsync(async () => (await ReadAsync(StreamKey.Session("s"))).Count == 1, Cancel);
        (flushed.IsCompleted, told.IsEmpty).ShouldBe((false, true));

        hold.SetResult();
        await flushed;

        told.ShouldBe([StreamKey.Session("s")]);
        (await ReadAsync(Project)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task OnFailed_HearsWhatHoldsTheEvents_WhenTheBudgetIsSpentOnTheProject()
    {
        _bus.BeforeAppend = request => request.Stream == Project ? throw new BusUnavailableException("Away.") : Task.CompletedTask;
        var failures = new ConcurrentQueue<DispatchFailure>();
        var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { RetryBudget = TimeSpan.Zero, OnFailed = failures.Enqueue });
        await dispatcher.PublishAsync("s", DispatchedEvents.Payload(1), Mine, Cancel);
        await Should.ThrowAsync<DispatchFailedException>(() => dispatcher.FlushAsync(Cancel));
        await dispatcher.DisposeAsync();
        failures.ShouldHaveSingleItem().Exception.Message.ShouldBe("Away. 'session:s' holds the events; 'project:p' may lack them until they are published again under the same ids.");
        (await ReadAsync(StreamKey.Session("s"))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task DisposeAsync_GivesUpWhatTheProjectMayLack_WhenItHangs()
    {
        _bus.BeforeAppend = request => request.Stream == Project ? Task.Delay(Timeout.Infinite, Cancel) : Task.CompletedTask;
        var failures = new ConcurrentQueue<DispatchFailure>();
        var dispatcher = new EventDispatcher(_bus, new DispatcherOptions { DisposeTimeout = TimeSpan.Zero, OnFailed = failures.Enqueue });
        await dispatcher.PublishAsync("s", DispatchedEvents.Payload(1), Mine, Cancel);
        await Eventually.TrueAsync(async () => (await ReadAsync(StreamKey.Session("s"))).Count == 1, Cancel);
        await dispatcher.DisposeAsync();
        failures.ShouldHaveSingleItem().Exception.ShouldBeOfType<BusUnavailableException>();
    }

    [Fact]
    public async Task ForRunAndForSession_FillInProjectAndBroadcast()
    {
        await using var dispatcher = new EventDispatcher(_bus);
        var session = dispatcher.ForSession("s", projectId: "p", broadcast: true);
        (session.ProjectId, session.Broadcast).ShouldBe(("p", true));
        await session.PublishAsync("a", new { }, Cancel);
        await session.ForRun("r1", "agent").PublishAsync("b", new { }, Cancel);
        await dispatcher.ForRun("s", "r2", projectId: "p").PublishAndConfirmAsync("c", new { }, Cancel);
        await dispatcher.ForSession("s").PublishAndConfirmAsync("d", new { }, Cancel);

        (await ReadAsync(Project)).Select(envelope => (envelope.Type, envelope.RunId, envelope.AgentId)).ShouldBe([("a", null, null), ("b", "r1", "agent"), ("c", "r2", null)]);
        (await ReadAsync(StreamKey.Broadcast)).Select(envelope => envelope.Type).ShouldBe(["a", "b"]);
        (await ReadAsync(StreamKey.Session("s"))).Select(envelope => envelope.ProjectId).ShouldBe(["p", "p", "p", null]);
    }

    private async Task<IReadOnlyList<Event>> ReadAsync(StreamKey stream) =>
        [.. (await _bus.ReadAsync(stream, Cursor.Zero, 1000, Cancel)).Entries.Select(Envelopes.Read)];
}

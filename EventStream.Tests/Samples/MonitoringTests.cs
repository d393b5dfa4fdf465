using System.Collections.Concurrent;
using EventStream.Bus;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Events.Payloads;
using InfrastructureMonitor;
using InfrastructureMonitor.Publishing;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Samples;

public sealed class MonitoringTests
{
    [Fact]
    public async Task RunAsync_TellsEachRoundAsARun_AndEndsTheSession()
    {
        var appender = new Recorder();
        await MonitorAsync(appender, MonitorOptions.Parse(["--rounds", "2", "--interval", "0"]), TestContext.Current.CancellationToken);

        appender.Events.Select(e => e.Type).First().ShouldBe("session_started");
        var ended = appender.Events.Last();
        ended.Type.ShouldBe("session_ended");
        ended.Payload.As<SessionEnded>().Reason.ShouldBe("completed");
        appender.Events.ShouldAllBe(e => e.SessionId == "demo");
        var runs = appender.Events.Where(e => e.RunId is not null).GroupBy(e => e.RunId).ToList();
        runs.Count.ShouldBe(2);
        foreach (var run in runs) CheckRound([.. run]);
    }

    [Fact]
    public async Task RunAsync_EndsTheRunAndTheSession_WhenTheUserLeaves()
    {
        using var leaving = new CancellationTokenSource();
        var appender = new Recorder(e =>
        {
            if (e.Type == "session_started") leaving.Cancel();
        });
        await MonitorAsync(appender, MonitorOptions.Parse(["--rounds", "0"]), leaving.Token);
        appender.Events.Last().Payload.As<SessionEnded>().Reason.ShouldBe("interrupted");
        appender.Events.Count(e => e.Type == "run_started").ShouldBe(appender.Events.Count(e => EventCatalogue.RoleOf(e.Type) == EventRole.EndsRun));
        appender.Events.Count(e => e.Type == "tool_call_started").ShouldBe(appender.Events.Count(e => e.Type == "tool_call_result"));
        appender.Events.Count(e => e.Type == "agent_message_start").ShouldBe(appender.Events.Count(e => e.Type == "agent_message_end"));
    }

    [Fact]
    public async Task RunAsync_Throws_WhenNoServerTakesTheEvents()
    {
        var appender = new Recorder(_ => throw new BusUnavailableException("No server answers."));
        var failure = await Should.ThrowAsync<DispatchFailedException>(() => MonitorAsync(appender, MonitorOptions.Parse([]), TestContext.Current.CancellationToken));
        failure.Message.ShouldContain("No server answers.");
    }

    [Theory]
    [InlineData("")]
    [InlineData("one")]
    [InlineData("The machine  is idle. ")]
    public void Words_JoinToTheText_Always(string text) => string.Concat(Round.Words(text)).ShouldBe(text);

    private static void CheckRound(List<Event> events)
    {
        events.Select(e => e.Type).Where(type => type is not "agent_message_delta").ShouldBe(
        [
            "run_created", "run_started",
            .. Enumerable.Repeat<string[]>(["tool_call_started", "tool_call_result"], 5).SelectMany(pair => pair),
            "metrics_update", "agent_message_start", "agent_message_end", "run_completed",
        ]);
        events.ShouldAllBe(e => e.AgentId == "infrastructure_monitor");
        events.Where(e => e.Type == "tool_call_result").ShouldAllBe(e => e.Payload.As<ToolCallResult>().Error == null);
        var said = string.Concat(events.Where(e => e.Type == "agent_message_delta").Select(e => e.Payload.As<AgentMessageDelta>().Delta));
        said.ShouldBe(events.Single(e => e.Type == "agent_message_end").Payload.As<AgentMessageEnd>().Content);
        said.ShouldStartWith("The machine is ");
        events.Single(e => e.Type == "metrics_update").Payload.As<MetricsUpdate>().Cpu.ShouldBeInRange(0, 100);
    }

    private static async Task MonitorAsync(IEventAppender appender, MonitorOptions options, CancellationToken cancellationToken)
    {
        await using var dispatcher = new EventDispatcher(appender, new DispatcherOptions { RetryBudget = TimeSpan.Zero });
        await new Monitoring(dispatcher, options, wordPause: TimeSpan.Zero).RunAsync(cancellationToken);
    }

    private sealed class Recorder(Action<Event>? onEvent = null) : IEventAppender
    {
        private readonly ConcurrentQueue<Event> _events = [];

        public IReadOnlyCollection<Event> Events => _events;

        public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
        {
            foreach (var published in request.Events)
            {
                onEvent?.Invoke(published);
                _events.Enqueue(published);
            }
            var head = new Cursor(1, _events.Count);
            return ValueTask.FromResult(new AppendResult { Receipts = [.. request.Events.Select(e => new EventReceipt(e.EventId, head, AppendOutcome.Stored))], Head = head });
        }
    }
}

using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Listening;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

/// <summary>Runs, tool calls and messages that end by being disposed.</summary>
public sealed class ScopeTests : IAsyncDisposable
{
    private readonly InMemoryEventBus _bus = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly EventDispatcher _events;

    public ScopeTests() => _events = new EventDispatcher(_bus, time: _time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _events.DisposeAsync();

    [Fact]
    public async Task MessageEnd_LeavesTheTextToTheDeltas_WhenNoneIsGiven()
    {
        var run = _events.ForRun("demo", "r1", "planner");
        await run.AgentMessageDeltaAsync("m1", "All is well.", cancellationToken: Cancel);
        await run.AgentMessageEndAsync("m1", Cancel);
        await _events.AgentMessageEndAsync("demo", "m2", Cancel);

        var ends = (await ReadAsync()).Of<AgentMessageEnd>().ToList();

        ends.Select(end => (end.MessageId, end.Content, end.ContentTruncated, end.Agent)).ShouldBe([("m1", "", true, "planner"), ("m2", "", true, null)]);
    }

    [Fact]
    public async Task Scopes_TellWhatBeginsAndEnds()
    {
        await using (var run = _events.BeginRun("demo", agentId: "planner", runId: "r1"))
        {
            await using (var call = run.Tool("search", new { query = "x" }, "t1"))
            {
                _time.Advance(TimeSpan.FromMilliseconds(250));
                call.Result(new[] { "a", "b" });
                _time.Advance(TimeSpan.FromSeconds(9));
            }
            await using (var message = run.Message("m1", role: "assistant"))
            {
                await message.WriteAsync("All is ", Cancel);
                await message.WriteAsync("", Cancel);
                await message.WriteAsync("well.", Cancel);
            }
            run.Complete(new { done = true });
        }

        var log = await ReadAsync();

        log.Select(told => told.Event.Type).ShouldBe(["run_started", "tool_call_started", "tool_call_result", "agent_message_start", "agent_message_delta", "agent_message_delta", "agent_message_end", "run_completed"]);
        log.ShouldAllBe(told => told.Event.RunId == "r1" && told.Event.AgentId == "planner");
        log.Of<ToolCallStarted>().Single().Args.GetRawText().ShouldBe("""{"query":"x"}""");
        var result = log.Of<ToolCallResult>().Single();
        (result.ToolCallId, result.ToolName, result.Success, result.Error, result.DurationMs, result.Agent).ShouldBe(("t1", "search", true, null, 250, "planner"));
        result.Result!.Value.GetRawText().ShouldBe("""["a","b"]""");
        log.Of<AgentMessageStart>().Single().Role.ShouldBe("assistant");
        log.Of<AgentMessageEnd>().Single().Content.ShouldBe("All is well.");
        log.Of<RunCompleted>().Single().Output!.Value.GetRawText().ShouldBe("""{"done":true}""");
    }

    [Fact]
    public async Task Scopes_AreMadeOfARunOrSession()
    {
        await using (var call = _events.ForRun("demo", "r1", "planner").Tool("search")) call.Result(null);
        await using (var call = _events.ForSession("demo").Tool("look")) call.Fail("Nothing is there.");
        await using (_events.ForSession("demo").Message()) { }

        var log = await ReadAsync();

        log.Of<ToolCallResult>().Select(result => (result.ToolName, result.Success, result.Error)).ShouldBe([("search", true, null), ("look", false, "Nothing is there.")]);
        log[0].Event.RunId.ShouldBe("r1");
        log.Of<ToolCallStarted>().Select(call => call.ToolCallId).ShouldBe(log.Of<ToolCallResult>().Select(call => call.ToolCallId));
        log.Of<AgentMessageEnd>().Single().Content.ShouldBe("");
    }

    [Fact]
    public async Task ToolAsync_TellsTheResultOrTheError()
    {
        var run = _events.ForRun("demo", "r1");

        (await run.ToolAsync("add", new { a = 1 }, () => Task.FromResult(7))).ShouldBe(7);
        await Should.ThrowAsync<InvalidOperationException>(() => run.ToolAsync<RunPublisher, int>("add", null, () => throw new InvalidOperationException("No numbers.")));
        await Should.ThrowAsync<OperationCanceledException>(() => run.ToolAsync("wait", null, () => Task.FromCanceled<int>(new CancellationToken(canceled: true))));

        (await ReadAsync()).Of<ToolCallResult>().Select(result => (result.Result?.GetRawText(), result.Error)).ShouldBe([("7", null), (null, "No numbers."), (null, "cancelled")]);
    }

    [Fact]
    public async Task Scope_HasFailed_WhenItsEndWasntSaid()
    {
        await Should.ThrowAsync<InvalidOperationException>(async () =>
        {
            await using var run = _events.BeginRun("demo");
            await using var call = run.Tool("search");
            await using var message = run.Message();
            await message.WriteAsync("So ", Cancel);
            throw new InvalidOperationException("The worker's own fault.");
        });

        var log = await ReadAsync();

        log.Select(told => told.Event.Type).ShouldBe(["run_started", "tool_call_started", "agent_message_start", "agent_message_delta", "agent_message_end", "tool_call_result", "run_failed"]);
        log.Of<ToolCallResult>().Single().Error.ShouldBe("The call ended without a result.");
        log.Of<AgentMessageEnd>().Single().Content.ShouldBe("So ");
        var failed = log.Of<RunFailed>().Single();
        (failed.Error, failed.ErrorType).ShouldBe(("The run ended without saying how.", "not_completed"));
    }

    [Fact]
    public async Task Run_EndsWhatIsOpenInIt_InWhateverOrderTheyAreDisposed()
    {
        var run = _events.BeginRun("demo");
        var call = run.Tool("search");
        var message = run.Message();
        run.Cancel("user_stop");

        await run.DisposeAsync();
        await call.DisposeAsync();
        await message.DisposeAsync();
        await run.DisposeAsync();

        var log = await ReadAsync();
        log.Select(told => told.Event.Type).ShouldBe(["run_started", "tool_call_started", "agent_message_start", "agent_message_end", "tool_call_result", "run_cancelled"]);
        log.Of<RunCancelled>().Single().TerminationReason.ShouldBe("user_stop");
        Should.Throw<ObjectDisposedException>(() => call.Result(1));
        Should.Throw<ObjectDisposedException>(() => call.Fail("late"));
        Should.Throw<ObjectDisposedException>(() => run.Complete());
        Should.Throw<ObjectDisposedException>(() => run.Tool("late"));
        await Should.ThrowAsync<ObjectDisposedException>(async () => await message.WriteAsync("late", Cancel));
    }

    [Fact]
    public async Task Scope_EndsInSilence_WhenItsDispatcherIsGone()
    {
        var call = _events.BeginRun("demo").Tool("search");
        await _events.DisposeAsync();

        await call.DisposeAsync();

        (await _bus.EventsAsync("demo", Cancel)).Select(told => told.Event.Type).ShouldBe(["run_started", "tool_call_started"]);
    }

    [Fact]
    public async Task TheLastWordCounts()
    {
        await using (var run = _events.BeginRun("demo"))
        {
            await using (var call = run.Tool("search"))
            {
                call.Fail("not yet");
                call.Result(1);
            }
            await using (var call = run.Tool("search"))
            {
                call.Result(1);
                call.Fail("after all");
            }
            run.Complete();
            run.Fail("after all", "late");
        }

        var log = await ReadAsync();
        log.Of<ToolCallResult>().Select(result => (result.Result?.GetRawText(), result.Error, result.Success)).ShouldBe([("1", null, true), (null, "after all", false)]);
        log.Of<RunFailed>().Single().ErrorType.ShouldBe("late");
    }

    [Fact]
    public async Task WhatIsTooLarge_IsCut()
    {
        var text = new string('ä', 200_000);
        await using (var run = _events.BeginRun("demo"))
        {
            await using (var call = run.Tool("read")) call.Result(text);
            await using (var message = run.Message())
            {
                for (var i = 0; i < 4; i++) await message.WriteAsync(text[..50_000], Cancel);
            }
            run.Complete(text);
        }

        var log = await ReadAsync();

        var result = log.Of<ToolCallResult>().Single();
        result.Result!.Value.GetString()!.Length.ShouldBe(8192);
        result.Others!["result_truncated"].GetBoolean().ShouldBeTrue();
        var end = log.Of<AgentMessageEnd>().Single();
        (end.Content, end.ContentTruncated).ShouldBe(("", true));
        log.Of<RunCompleted>().Single().Others!["output_truncated"].GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Scope_IsRefusedAtOnce_WhenItCantBePublished()
    {
        Should.Throw<EventRejectedException>(() => _events.BeginRun("a b"));
        Should.Throw<EventRejectedException>(() => _events.ForSession("demo").Tool("read", new { text = new string('x', 300_000) }));
        (await ReadAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task EventsAsync_ReadsAllPages()
    {
        for (var i = 0; i < 2500; i++) await _events.PublishAsync("demo", "note", new { n = i }, cancellationToken: Cancel);

        var log = await ReadAsync();

        log.Select(told => told.Event.Payload.ToString()).ShouldBe(Enumerable.Range(0, 2500).Select(n => $$"""{"n":{{n}}}"""));
        log[^1].Cursor!.Value.Offset.ShouldBe(2500);
        (await _bus.EventsAsync("none", Cancel)).ShouldBeEmpty();
        (await _bus.EventsAsync(StreamKey.Project("none"), Cancel)).ShouldBeEmpty();
    }

    private async Task<IReadOnlyList<StreamEvent>> ReadAsync()
    {
        await _events.FlushAsync(Cancel);
        return await _bus.EventsAsync("demo", Cancel);
    }
}

using System.Diagnostics;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

public sealed class EventDispatcherEnvelopeTests : IAsyncDisposable
{
    private const string Traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private readonly ScriptedAppender _bus = new();
    private readonly EventDispatcher _dispatcher;

    public EventDispatcherEnvelopeTests() => _dispatcher = new EventDispatcher(_bus, time: FixedTime.Instance);

    public ValueTask DisposeAsync() => _dispatcher.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Append_KnowsNothingOfTheCallerWhoseEventBeganTheLane(bool keepsNoCaller)
    {
        var local = new AsyncLocal<string> { Value = "the first caller's" };
        var seen = new List<string?>();
        var bus = new ScriptedAppender();
        bus.Before = () =>
        {
            seen.Add(local.Value);
            return Task.CompletedTask;
        };
        await using var dispatcher = new EventDispatcher(keepsNoCaller ? new NonBlockingAppender(bus) : bus);
        await dispatcher.NumberAsync("s", 1, TestContext.Current.CancellationToken);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        seen.ShouldBe([null]);
        local.Value.ShouldBe("the first caller's");
    }

    [Fact]
    public async Task PublishAsync_HandsTheFirstEventOverItself_WhereTheBusKeepsNoCaller()
    {
        var bus = new ScriptedAppender();
        await using var dispatcher = new EventDispatcher(new NonBlockingAppender(bus));
        bus.Hold("s");
        await dispatcher.NumberAsync("s", 1, TestContext.Current.CancellationToken);
        // No thread had to be waited for.
        bus.Requests.ShouldHaveSingleItem();
        await dispatcher.NumberAsync("s", 2, TestContext.Current.CancellationToken);
        bus.LetGo("s");
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        bus.StoredIn("s").Count.ShouldBe(2);
    }

    [Fact]
    public async Task PublishAsync_TakesEveryMember_OfItsOptions()
    {
        var when = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));
        await _dispatcher.PublishAsync("s", new ToolCallDelta { ToolCallId = "t", Delta = "d" },
            new PublishOptions { EventId = "e", Timestamp = when, RunId = "r", ProjectId = "p", AgentId = "a", Traceparent = Traceparent }, TestContext.Current.CancellationToken);

        (await StoredAsync()).ShouldBe(
            """{"event_id":"e","session_id":"s","timestamp":"2026-01-02T01:04:05.000Z","type":"tool_call_delta","payload":{"tool_call_id":"t","delta":"d"},"run_id":"r","project_id":"p","agent_id":"a","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}""");
    }

    [Fact]
    public async Task PublishAsync_CarriesTheTrace_OfTheCaller()
    {
        using var activity = new Activity("work").SetIdFormat(ActivityIdFormat.W3C).Start();
        await _dispatcher.PublishAsync("s", "thing", new { a = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        await _dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        _bus.StoredIn("s").ShouldHaveSingleItem().Traceparent.ShouldBe(activity.Id);
    }

    [Fact]
    public async Task PublishAsync_KeepsTheNamesOfTheCaller_ForOtherTypes()
    {
        await _dispatcher.PublishAsync("s", "deploy.done", new { ServiceName = "web", none = (string?)null }, new PublishOptions { EventId = "e" }, TestContext.Current.CancellationToken);
        (await StoredAsync()).ShouldBe("""{"event_id":"e","session_id":"s","timestamp":"2026-11-21T03:14:45.123Z","type":"deploy.done","payload":{"ServiceName":"web","none":null}}""");
    }

    [Fact]
    public async Task PublishAsync_KeepsEveryToken_OfAPayload()
    {
        await _dispatcher.ForSession("s").PublishAsync("thing", EventPayload.Parse("""{"n":1.50}"""), TestContext.Current.CancellationToken);
        await _dispatcher.ForRun("s", "r").PublishAsync("thing", new ToolCallDelta { ToolCallId = "t", Delta = "d" }, TestContext.Current.CancellationToken);
        await _dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        _bus.StoredIn("s").Select(e => e.Payload.ToString()).ShouldBe(["""{"n":1.50}""", """{"tool_call_id":"t","delta":"d"}"""]);
        _bus.StoredIn("s")[1].RunId.ShouldBe("r");
    }

    [Theory]
    [InlineData("s", "thing", "[1]", "/payload")]
    [InlineData("s", "error", "{}", "/type")]
    [InlineData("s", "heartbeat", "{}", "/type")]
    [InlineData("broadcast", "thing", "{}", "/session_id")]
    [InlineData("no spaces", "thing", "{}", "/session_id")]
    public async Task PublishAsync_RefusesAtOnce_WhatIsNoEvent(string session, string type, string payload, string pointer)
    {
        var rejected = await Should.ThrowAsync<EventRejectedException>(async () =>
            await _dispatcher.PublishAsync(session, type, System.Text.Json.JsonElement.Parse(payload), cancellationToken: TestContext.Current.CancellationToken));
        rejected.Pointer.ShouldBe(pointer);
        await _dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        _bus.Requests.ShouldBeEmpty();
    }

    private async Task<string> StoredAsync()
    {
        await _dispatcher.FlushAsync(TestContext.Current.CancellationToken);
        return System.Text.Encoding.UTF8.GetString(EventWriter.ToUtf8(_bus.StoredIn("s").ShouldHaveSingleItem()));
    }
}

using System.Globalization;
using System.Text.Json;
using EventStream.Bus.InMemory;
using EventStream.Dispatching;
using EventStream.Extensions.AI.Agents;
using EventStream.Extensions.AI.Telling;
using Shouldly;
using Xunit;

namespace EventStream.Tests.ExtensionsAI;

/// <summary>What is remembered between chats has a bound.</summary>
public sealed class BoundTests
{
    [Fact]
    public void Threads_AreForgotten_WhenNobodyAskedForLongest()
    {
        var threads = new AgentThreads();
        var (first, second) = (threads.Of("first"), threads.Of("second"));
        for (var i = 2; i < AgentThreads.MaxThreads; i++) threads.Of($"s{i}");
        threads.Of("first").ShouldBeSameAs(first);

        threads.Of("one more");

        threads.Of("first").ShouldBeSameAs(first);
        threads.Of("second").ShouldNotBeSameAs(second);
    }

    [Fact]
    public async Task Calls_AreForgotten_WhenTheyAreOld()
    {
        await using var dispatcher = new EventDispatcher(new InMemoryEventBus());
        var run = dispatcher.ForRun("s", "r1");
        var log = CallLog.Of(run);
        var args = JsonElement.Parse("{}"u8);
        for (var i = 0; i <= CallLog.MaxCalls; i++) log.Begin(run, i.ToString(CultureInfo.InvariantCulture), "tool", args);

        log.Find(run, "0").ShouldBeNull();
        log.Find(run, "1").ShouldNotBeNull();
        CallLog.Of(run).ShouldBeSameAs(log);
    }

    [Fact]
    public async Task Call_IsTheSame_UntilItHasItsResult()
    {
        await using var dispatcher = new EventDispatcher(new InMemoryEventBus());
        var run = dispatcher.ForRun("s", "r1");
        var log = CallLog.Of(run);
        var (call, _, _) = log.Begin(run, "c1", "tool", JsonElement.Parse("{}"u8));

        log.Begin(run, "c1", "tool", JsonElement.Parse("{}"u8)).ShouldBe((call, false, false));
        log.Begin(run, "c1", "tool", JsonElement.Parse("""{"a":1}"""u8)).ShouldBe((call, false, true));
        log.Begin(dispatcher.ForRun("s", "r2"), "c1", "tool", JsonElement.Parse("{}"u8)).IsNew.ShouldBeTrue();
        log.Find(run, "c1").ShouldBeSameAs(call);
        call.HasResult = true;
        log.Begin(run, "c1", "tool", JsonElement.Parse("{}"u8)).IsNew.ShouldBeTrue();
    }
}

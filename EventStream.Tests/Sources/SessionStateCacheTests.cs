using EventStream.Bus;
using EventStream.Sessions;
using EventStream.Sources;
using EventStream.Tests.Sessions;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

public sealed class SessionStateCacheTests
{
    [Fact]
    public async Task CatchUpAsync_FoldsWhatIsThere_WhenAnEventBetweenTwoPagesIsGone()
    {
        var log = SessionEvents.Log(Enumerable.Range(0, 1500).Select(number => SessionEvents.Event("tool_call_started", $$"""{"tool_call_id":"c{{number}}","tool_name":"t"}"""))).ToList();
        log.RemoveAt(1000);
        var bus = new TestBus { Log = log };

        var state = await new SessionStateCache(bus).CatchUpAsync(StreamKey.Session("s1"), SessionState.Empty, TestContext.Current.CancellationToken);

        state.Head.ShouldBe(log[^1].Cursor);
        (state.ToolCall("c999")?.Id, state.ToolCall("c1000")?.Id, state.ToolCall("c1001")?.Id).ShouldBe(("c999", null, "c1001"));
    }
}

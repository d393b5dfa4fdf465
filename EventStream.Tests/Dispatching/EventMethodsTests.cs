using System.Globalization;
using System.Reflection;
using System.Text;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

/// <summary>Every canonical event that a publisher may send has a method, which writes exactly the snapshot of its type.</summary>
public sealed class EventMethodsTests
{
    private const string Session = "test-session-123";
    private const string Run = "run_1";
    private const string Agent = "infrastructure_monitor";

    private readonly ScriptedAppender _bus = new();

    public static TheoryData<string> Names =>
        [.. EventCatalogue.All.Where(type => type.Role != EventRole.Control && type.Record != typeof(SessionDeleted)).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Dispatcher_WritesTheSnapshotsPayload_ForEveryType(string name)
    {
        var sample = SamplePayloads.Of(EventCatalogue.Find(name)!);
        await using var dispatcher = new EventDispatcher(_bus, time: FixedTime.Instance);

        await CallAsync(Longest(typeof(EventDispatcher).GetMethods(), name), dispatcher, sample);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        Stored().ShouldBe(Expected(name, runId: sample.GetType().GetProperty("RunId") is null ? null : Run, agentId: null));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task RunPublisher_FillsRunAndAgentIn_ForEveryType(string name)
    {
        var sample = SamplePayloads.Of(EventCatalogue.Find(name)!);
        await using var dispatcher = new EventDispatcher(_bus, time: FixedTime.Instance);
        object run = dispatcher.ForRun(Session, Run, Agent);

        await CallAsync(Longest([.. typeof(RunPublisher).GetMethods(), .. Extensions(typeof(RunPublisher))], name), run, sample);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        Stored().ShouldBe(Expected(name, Run, Agent));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Dispatcher_TakesTheSessionThenWhatTheRunPublisherTakes_ForEveryType(string name)
    {
        var whole = Longest(typeof(EventDispatcher).GetMethods(), name).GetParameters().Select(parameter => parameter.Name).ToArray();
        var shorter = Longest([.. typeof(RunPublisher).GetMethods(), .. Extensions(typeof(RunPublisher))], name).GetParameters().Select(parameter => parameter.Name).ToArray();

        whole[0].ShouldBe("sessionId");
        whole[^1].ShouldBe("cancellationToken");
        whole[1..].Where(parameter => parameter != "runId").ShouldBe(shorter.Where(parameter => parameter != "target"));
    }

    [Fact]
    public async Task SessionPublisher_WritesTheSameEnvelope_AsTheDispatcher()
    {
        await using var dispatcher = new EventDispatcher(_bus, time: FixedTime.Instance);
        var session = dispatcher.ForSession(Session);
        await session.RetrievalStartedAsync("restart policy", "librarian", TestContext.Current.CancellationToken);
        await session.ForRun(Run).RunStartedAsync("snap_0", TestContext.Current.CancellationToken);
        await session.ForRun(Run, Agent).AgentThoughtDeltaAsync("I should ", "thought_1", cancellationToken: TestContext.Current.CancellationToken);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        _bus.StoredIn(Session).Select(Text).ShouldBe(
            [Expected("retrieval_started", runId: null, agentId: null), Expected("run_started", Run, agentId: null), Expected("agent_thought_delta", Run, Agent)]);
    }

    [Fact]
    public async Task AgentThoughtAsync_SpeaksForTheTargetsOwnAgent_WhenNoneIsNamed()
    {
        await using var dispatcher = new EventDispatcher(_bus);
        await dispatcher.ForRun(Session, Run, Agent).AgentThoughtAsync("so", TestContext.Current.CancellationToken);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        _bus.StoredIn(Session).ShouldHaveSingleItem().Payload.ToString().ShouldBe($$"""{"agent":"{{Agent}}","content":"so","debug":true}""");
    }

    [Fact]
    public async Task Methods_NameTheRun_WhereOneIsKnown()
    {
        await using var dispatcher = new EventDispatcher(_bus);
        await dispatcher.MessageCreatedAsync(Session, "m", cancellationToken: TestContext.Current.CancellationToken);
        await dispatcher.ForSession(Session).AgentStepUpdatedAsync("s", cancellationToken: TestContext.Current.CancellationToken);
        await dispatcher.WorkflowNodeStateUpdatedAsync(Session, "n", runId: Run, cancellationToken: TestContext.Current.CancellationToken);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        _bus.StoredIn(Session).Select(e => (e.RunId, e.Payload.ToString())).ShouldBe(
            [(null, """{"message_id":"m"}"""), (null, """{"step_id":"s"}"""), (Run, """{"node_id":"n","run_id":"run_1"}""")]);
    }

    [Fact]
    public async Task Methods_LeaveOptionalMembersOut_WhenTheyAreNotGiven()
    {
        await using var dispatcher = new EventDispatcher(_bus);
        await dispatcher.SessionStartedAsync("s", cancellationToken: TestContext.Current.CancellationToken);
        await dispatcher.AgentMessageDeltaAsync("s", "m", "", cancellationToken: TestContext.Current.CancellationToken);
        await dispatcher.ToolCallStartedAsync("s", "t", "list", args: null, cancellationToken: TestContext.Current.CancellationToken);
        await dispatcher.ToolCallResultAsync("s", "t", "list", result: null, "timed out", cancellationToken: TestContext.Current.CancellationToken);
        await dispatcher.CustomEventAsync("s", "native.name", value: null, TestContext.Current.CancellationToken);
        await dispatcher.WorkflowCompletedAsync("s", "r", result: null, TestContext.Current.CancellationToken);
        await dispatcher.MetricsUpdateAsync("s", 1, "1GB", "2GB", 3, cancellationToken: TestContext.Current.CancellationToken);
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        _bus.StoredIn("s").Select(e => e.Payload.ToString()).ShouldBe(
        [
            """{"session_id":"s"}""",
            """{"message_id":"m","delta":""}""",
            """{"tool_call_id":"t","tool_name":"list","args":{}}""",
            """{"tool_call_id":"t","tool_name":"list","error":"timed out"}""",
            """{"name":"native.name","value":null}""",
            """{"run_id":"r","result":{}}""",
            """{"cpu":1,"memory_used":"1GB","disk_free":"2GB","containers_running":3}""",
        ]);
    }

    private string Stored() => Text(_bus.StoredIn(Session).ShouldHaveSingleItem());

    private static string Text(Event stored) => Encoding.UTF8.GetString(EventWriter.ToUtf8(stored with { EventId = "any" }));

    private static string Expected(string name, string? runId, string? agentId) => Text(SamplePayloads.Envelope(EventCatalogue.Find(name)!) with
    {
        RunId = runId,
        AgentId = agentId,
        ProjectId = null,
        Source = null,
        SourceType = null,
        ExecutionId = null,
        Traceparent = null,
    });

    private static MethodInfo Longest(IEnumerable<MethodInfo> methods, string type)
    {
        var name = string.Concat(type.Split('_').Select(CultureInfo.InvariantCulture.TextInfo.ToTitleCase)) + "Async";
        return methods.Where(method => method.Name == name).MaxBy(method => method.GetParameters().Length).ShouldNotBeNull($"There is no {name}: run ./regenerate.sh.");
    }

    private static IEnumerable<MethodInfo> Extensions(Type target) =>
        from holder in typeof(IEventTarget).Assembly.GetExportedTypes()
        where holder is { IsAbstract: true, IsSealed: true }
        from method in holder.GetMethods(BindingFlags.Public | BindingFlags.Static)
        where method.IsGenericMethodDefinition && method.GetGenericArguments() is [var parameter] && parameter.GetGenericParameterConstraints() is [var constraint] && constraint == typeof(IEventTarget)
        select method.MakeGenericMethod(target);

    private static async Task CallAsync(MethodInfo method, object target, CanonicalPayload sample)
    {
        var arguments = method.GetParameters().Select(parameter => parameter.Name switch
        {
            "target" => target,
            "sessionId" => Session,
            "cancellationToken" => TestContext.Current.CancellationToken,
            // The publisher fills in its own agent when the caller gives none.
            "agent" when parameter.HasDefaultValue && target is RunPublisher run && Member(sample, "agent") as string == run.AgentId => null,
            var name => Member(sample, name!),
        });
        await (ValueTask)method.Invoke(method.IsStatic ? null : target, [.. arguments])!;
    }

    private static object? Member(CanonicalPayload sample, string parameter) =>
        sample.GetType().GetProperty(char.ToUpperInvariant(parameter[0]) + parameter[1..]).ShouldNotBeNull().GetValue(sample);
}

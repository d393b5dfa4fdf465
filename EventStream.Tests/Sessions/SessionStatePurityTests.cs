using EventStream.Events;
using EventStream.Sessions;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sessions;

public sealed class SessionStatePurityTests
{
    private static readonly Gen<Event> Any =
        from number in Gen.Choose(0, 5)
        from run in Gen.Elements<string?>(null, "r1", "r2")
        from execution in Gen.Elements<string?>(null, "x1", "x2")
        from told in Gen.Elements(
            ("agent_message_start", """{"message_id":"m#"}"""), ("agent_message_delta", """{"message_id":"m#","delta":"said # "}"""), ("agent_thought_delta", """{"message_id":"m#","delta":"thought # "}"""),
            ("agent_message_end", """{"message_id":"m#","content":""}"""), ("agent_thought", """{"message_id":"m#","content":""}"""), ("message_updated", """{"message_id":"m#","content":"new","replace":true}"""),
            ("tool_call_started", """{"tool_call_id":"c#","tool_name":"t#","args":{"n":#}}"""), ("tool_call_updated", """{"tool_call_id":"c#","args":{}}"""), ("tool_call_result", """{"tool_call_id":"c#","tool_name":"t#"}"""),
            ("agent_status", """{"status":"s#"}"""), ("agent_step_started", """{"step_number":#}"""), ("agent_step_completed", """{"step_number":#}"""), ("run_updated", "{}"), ("run_completed", "{}"), ("session_ended", "{}"))
        select SessionEvents.Event(told.Item1, told.Item2.Replace("#", $"{number}", StringComparison.Ordinal), run, execution);

    [Fact]
    public void Apply_LeavesEveryOlderStateAsItWas() => PropertyCheck.Run(300, Prop.ForAll(Gen.ListOf(Any).ToArbitrary(), events =>
    {
        var states = new List<(SessionState State, string Described)> { (SessionState.Empty, SessionState.Empty.Describe()) };
        foreach (var next in events)
        {
            var state = states[^1].State.Then(next);
            states.Add((state, state.Describe()));
        }
        foreach (var (state, described) in states) state.Describe().ShouldBe(described);
    }));

    [Fact]
    public void Apply_KeepsTwoBranchesApart_WhicheverGrowsFirst() => PropertyCheck.Run(300, Prop.ForAll(
        Gen.ListOf(Any).ToArbitrary(), Gen.ListOf(Any).ToArbitrary(), Gen.ListOf(Any).ToArbitrary(), (trunk, left, right) =>
        {
            var fork = Fold(SessionState.Empty, trunk);
            var (first, second) = (fork, fork);
            for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
            {
                if (i < left.Count) first = first.Then(left[i]);
                if (i < right.Count) second = second.Then(right[i]);
            }
            first.Describe().ShouldBe(Fold(SessionState.Empty, [.. trunk, .. left]).Describe());
            second.Describe().ShouldBe(Fold(SessionState.Empty, [.. trunk, .. right]).Describe());
        }));

    [Fact]
    public void Apply_GivesTheSame_FromALogAsOneByOne() => PropertyCheck.Run(300, Prop.ForAll(Gen.ListOf(Any).ToArbitrary(), events =>
        SessionEvents.Log(events).Aggregate(SessionState.Empty, (state, entry) => state.Apply(entry)).Describe().ShouldBe(Fold(SessionState.Empty, events).Describe())));

    [Fact]
    public void Append_CopiesTheText_WhenAnotherBranchWasFaster()
    {
        var trunk = default(GrowingText).Append("a"u8);
        var left = trunk.Append("b"u8);
        var right = trunk.Append("c"u8).Append("d"u8);

        (trunk.ToString(), left.ToString(), right.ToString()).ShouldBe(("a", "ab", "acd"));
        left.Append("e"u8).ToString().ShouldBe("abe");
        (left == trunk.Append("b"u8), left != right).ShouldBe((true, true));
    }

    private static SessionState Fold(SessionState state, IEnumerable<Event> events) => events.Aggregate(state, (folded, next) => folded.Then(next));
}

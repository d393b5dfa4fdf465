using EventStream.Events;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

/// <summary>Starts, ends and pieces of messages and calls may overtake each other, and runs use the same ids: each is told once, with all its pieces.</summary>
public sealed class LatePieceTests
{
    private static readonly string[] Pieces = ["He", "llo ", "wor", "ld"];

    // Where the start and the end stand among the pieces of a message or call, for each of two runs, and how the runs alternate.
    private static readonly Gen<(Order[] Runs, int[] Turns)> Orders =
        from one in Order.Any
        from other in Order.Any
        from turns in Gen.ArrayOf(Gen.Choose(0, 1), 30)
        select (new[] { one, other }, turns);

    public static TheoryData<string> Messages => ["adk", "adk/content", "ya-agent", "ya-agent/content"];

    public static TheoryData<string> Calls => ["adk", "ya-agent"];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Normalise_TellsEachMessageWithAllItsPieces_WhateverOvertakes(string stream) => PropertyCheck.Run(300, Prop.ForAll(Orders.ToArbitrary(), order => AssertMessages(stream, order.Runs, order.Turns)));

    [Theory]
    [MemberData(nameof(Calls))]
    public void Normalise_TellsEachCallWithAllItsPieces_WhateverOvertakes(string stream) => PropertyCheck.Run(300, Prop.ForAll(Orders.ToArbitrary(), order => AssertCalls(stream, order.Runs, order.Turns)));

    [Fact]
    public void Normalise_TellsALatePiece_UnderItsMessage()
    {
        string[] frames =
        [
            """{"type":"agent_message_start","payload":{"message_id":7,"agent":"a"}}""", """{"type":"agent_message_delta","payload":{"message_id":7,"delta":"He"}}""",
            """{"type":"agent_message_end","payload":{"message_id":7}}""", """{"type":"agent_message_delta","payload":{"message_id":7,"delta":"llo"}}""", """{"type":"session_ended","payload":{}}""",
        ];

        var told = Telling.Told("adk", frames);

        told.Select(next => next.Type).ShouldBe(["agent_message_start", "agent_message_delta", "agent_message_end", "agent_message_delta", "session_ended"]);
        told.SkipLast(1).Select(next => next.Said("message_id")).Distinct().ShouldBe(["7"]);
    }

    [Fact]
    public void Normalise_TellsALateChunk_UnderTheLastMessageOfItsExecution()
    {
        string[] frames =
        [
            """{"type":"agent.stream.chunk","execution_id":"x1","payload":{"content":"He"}}""", """{"type":"agent.status","execution_id":"x1","payload":{"status":"completed"}}""",
            """{"type":"agent.stream.chunk","execution_id":"x1","payload":{"content":"llo"}}""",
        ];

        var told = Telling.Told("cognesy", frames);

        told.Where(next => next.Type == "agent_message_delta").Select(next => next.Said("message_id")).Distinct().ShouldHaveSingleItem();
        told.Count(next => next.Type == "agent_message_start").ShouldBe(1);
    }

    [Fact]
    public void Normalise_TellsTheNewestText_WhateverOrderEddiesSnapshotsHave() => PropertyCheck.Run(300, Prop.ForAll(Gen.Shuffle(Pieces.Select((_, count) => count).ToArray()).ToArbitrary(), order =>
    {
        var text = "";
        foreach (var told in Telling.Told("eddie", order.Select(count => $$$"""{"event":"message.partial","data":{"id":"m","role":"assistant","content":"{{{string.Concat(Pieces[..(count + 1)])}}}"}}""")))
        {
            told.Type.ShouldNotBe("message_updated");
            text += told.Said("delta");
        }
        text.ShouldBe("Hello world");
    }));

    private static void AssertMessages(string stream, Order[] runs, int[] turns)
    {
        var told = Tell(stream, runs, turns, MessageFrame);

        foreach (var run in new[] { "r0", "r1" })
        {
            var mine = told.Where(next => next.RunId == run && next.Type.StartsWith("agent_message_", StringComparison.Ordinal)).ToList();
            mine.Select(next => next.Said("message_id")).Distinct().ShouldHaveSingleItem();
            mine.Count(next => next.Type == "agent_message_end").ShouldBe(1);
            string.Concat(mine.Select(next => next.Said("delta"))).ShouldBe("Hello world");
        }
        told.Where(next => next.Type == "agent_message_end").Select(next => next.Said("message_id")).Distinct().Count().ShouldBe(2);
    }

    private static void AssertCalls(string stream, Order[] runs, int[] turns)
    {
        var told = Tell(stream, runs, turns, CallFrame);

        foreach (var run in new[] { "r0", "r1" })
        {
            var mine = told.Where(next => next.RunId == run && next.Type.StartsWith("tool_call_", StringComparison.Ordinal)).ToList();
            mine.Select(next => next.Said("tool_call_id")).Distinct().ShouldHaveSingleItem();
            mine.Where(next => next.Type == "tool_call_result").Select(next => next.Said("result")).ShouldBe([$"result-{run}"]);
            string.Concat(mine.Select(next => next.Said("delta"))).ShouldBe("Hello world");
        }
        told.Where(next => next.Type == "tool_call_result").Select(next => next.Said("tool_call_id")).Distinct().Count().ShouldBe(2);
    }

    private static List<Event> Tell(string stream, Order[] runs, int[] turns, Func<string, int, int, string> frame)
    {
        var waiting = runs.Select(order => new Queue<int>(order.Steps(Pieces.Length))).ToArray();
        var frames = new List<(string, string?)>();
        foreach (var turn in turns.Concat(Enumerable.Repeat(0, 10)).Concat(Enumerable.Repeat(1, 10)))
        {
            if (waiting[turn].TryDequeue(out var step)) frames.Add((frame(stream, step, turn), $"r{turn}"));
        }
        return Telling.Told(stream.Split('/')[0], [.. frames, (stream.StartsWith("adk", StringComparison.Ordinal) ? """{"type":"session_ended","payload":{}}""" : """{"event_type":"run_completed","payload":{}}""", "r0")]);
    }

    private static string MessageFrame(string stream, int step, int run) => (stream.Split('/')[0], step) switch
    {
        ("adk", Order.Start) => """{"type":"agent_message_start","payload":{"message_id":"m","agent":"a"}}""",
        ("adk", Order.End) => $$$"""{"type":"agent_message_end","payload":{"message_id":"m"{{{Content(stream)}}}}}""",
        ("adk", _) => $$$"""{"type":"agent_message_delta","payload":{"message_id":"m","delta":"{{{Pieces[step]}}}"}}""",
        (_, Order.Start) => """{"event_type":"message_start","payload":{"message_id":"m"}}""",
        (_, Order.End) => $$$"""{"event_type":"message_end","payload":{"message_id":"m"{{{Content(stream)}}}}}""",
        _ => $$$"""{"event_type":"content_delta","payload":{"message_id":"m","delta":"{{{Pieces[step]}}}"}}""",
    };

    private static string Content(string stream) => stream.EndsWith("/content", StringComparison.Ordinal) ? ",\"content\":\"Hello world\"" : "";

    private static string CallFrame(string stream, int step, int run) => (stream.Split('/')[0], step) switch
    {
        ("adk", Order.Start) => """{"type":"tool_call_started","payload":{"tool_call_id":"c","tool_name":"t","args":{"q":1},"agent":"a"}}""",
        ("adk", Order.End) => $$$"""{"type":"tool_call_result","payload":{"tool_call_id":"c","tool_name":"t","result":"result-r{{{run}}}"}}""",
        ("adk", _) => $$$"""{"type":"tool_call_delta","payload":{"tool_call_id":"c","delta":"{{{Pieces[step]}}}"}}""",
        (_, Order.Start) => """{"event_type":"tool_call_start","payload":{"tool_call_id":"c","tool_name":"t","args":{"q":1}}}""",
        (_, Order.End) => $$$"""{"event_type":"tool_call_result","payload":{"tool_call_id":"c","tool_name":"t","result":"result-r{{{run}}}"}}""",
        _ => $$$"""{"event_type":"tool_call_args_delta","payload":{"tool_call_id":"c","delta":"{{{Pieces[step]}}}"}}""",
    };

    /// <summary>Where the start and the end come among the pieces, whose own order is known.</summary>
    private readonly record struct Order(int StartAt, int EndAt, bool IsEndFirst)
    {
        public const int Start = -1;
        public const int End = -2;

        public static Gen<Order> Any { get; } =
            from start in Gen.Choose(0, Pieces.Length)
            from end in Gen.Choose(0, Pieces.Length)
            from isEndFirst in Gen.Elements(true, false)
            let order = new Order(start, end, isEndFirst)
            where order.IsKnown
            select order;

        // Pieces, an end and more pieces without a start between them are two messages of a publisher that tells no starts.
        private bool IsKnown => EndAt == 0 || StartAt < EndAt || (StartAt == EndAt && !IsEndFirst);

        public IEnumerable<int> Steps(int pieces)
        {
            for (var i = 0; i <= pieces; i++)
            {
                if (IsEndFirst && i == EndAt) yield return End;
                if (i == StartAt) yield return Start;
                if (!IsEndFirst && i == EndAt) yield return End;
                if (i < pieces) yield return i;
            }
        }
    }
}

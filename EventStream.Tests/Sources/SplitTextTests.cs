using System.Globalization;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sources;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

/// <summary>A text that comes in pieces is told whole, wherever it was cut: between the halves of a surrogate pair too.</summary>
public sealed class SplitTextTests
{
    private static readonly Gen<string> Text =
        from parts in Gen.NonEmptyListOf(Gen.Elements("a", " ", "é", "日本", "😀", "👩‍🚀", "\n", "\"", "\\", "\u0001", "done "))
        select string.Concat(parts);

    private static readonly Gen<(string Text, string[] Pieces)> Cut =
        from text in Text
        from cuts in Gen.ListOf(Gen.Choose(0, text.Length))
        select (text, Pieces(text, cuts));

    public static TheoryData<string> Streams => ["adk", "eddie/delta", "eddie/delta-id", "eddie/partial", "eddie/thought", "cognesy", "ya-agent", "ya-agent/part", "openai/response", "openai/refusal", "openai/summary", "openai/reasoning", "openai/chat", "openai/chat-reasoning", "openai/chat-refusal", "anthropic/text", "anthropic/thinking"];

    [Theory]
    [MemberData(nameof(Streams))]
    public void Normalise_TellsTheWholeText_WhereverItWasCut(string stream) => PropertyCheck.Run(200, Prop.ForAll(Cut.ToArbitrary(), cut => AssertWhole(stream, cut.Text, cut.Pieces)));

    [Theory]
    [MemberData(nameof(Streams))]
    public void Normalise_TellsTheWholeText_WhenAPairWasCut(string stream) => AssertWhole(stream, "done 😀 well", ["done \ud83d", "\ude00 well"]);

    [Theory]
    [MemberData(nameof(Streams))]
    public void Normalise_KeepsAHalf_WhenItsOtherHalfNeverComes(string stream) => AssertWhole(stream, "done \ud83d", ["done ", "\ud83d"]);

    [Theory]
    [InlineData("""{"type":"agent.step.completed","session_id":"s1","execution_id":"x1","payload":{"step_number":1}}""")]
    [InlineData("""{"type":"agent.step.started","session_id":"s1","execution_id":"x1","payload":{"step_number":2}}""")]
    public void Normalise_KeepsAPairInOneMessage_WhenAStepEndsBetweenItsHalves(string between)
    {
        string[] frames = ["""{"type":"agent.step.started","session_id":"s1","execution_id":"x1","payload":{"step_number":1}}""", Chunk("""a\ud83d"""), between, Chunk("""\ude00b"""), Chunk("c"), """{"type":"agent.status","session_id":"s1","execution_id":"x1","payload":{"status":"completed"}}"""];

        Telling.Told("cognesy", frames).Where(told => told.Type == "agent_message_end").Select(told => told.Said("content")).ShouldBe(["a😀b", "c"]);

        static string Chunk(string text) => $$$"""{"type":"agent.stream.chunk","session_id":"s1","execution_id":"x1","payload":{"content":"{{{text}}}","is_complete":false}}""";
    }

    private static void AssertWhole(string stream, string text, string[] pieces)
    {
        var output = new NormalisedEvents(new EventFactory(FixedTime.Instance), FixedTime.Instance);
        var source = SourceCatalogue.Get(stream.Split('/')[0]);
        var natives = Frames(stream, pieces).SelectMany(frame => NativeReader.Read(JsonElement.Parse(frame), source, new IngestContext { SessionId = "s1", RunId = "r1" })).ToList();
        var events = SourceBatch.From(natives, 0, EventStream.Sessions.SessionState.Empty, output, out _).Events;

        events.ShouldNotContain(told => told.Type == "custom_event");
        var deltas = events.Where(told => told.Type is "agent_message_delta" or "agent_thought_delta").Select(told => TextOf(told, "delta"));
        string.Concat(deltas).ShouldBe(text);
        TextOf(events.Single(told => told.Type is "agent_message_end" or "agent_thought"), "content").ShouldBe(text);
    }

    private static string TextOf(Event told, string member) => JsonText.MemberText(JsonElement.Parse(told.Payload.Utf8.Span), member)!;

    private static IEnumerable<string> Frames(string stream, string[] pieces)
    {
        var text = string.Concat(pieces);
        var grown = Enumerable.Range(1, pieces.Length).Select(count => string.Concat(pieces.Take(count)));
        return stream switch
        {
            "adk" =>
            [
                """{"type":"agent_message_start","payload":{"message_id":"m1","agent":"a"}}""",
                .. pieces.Select(piece => $$$"""{"type":"agent_message_delta","payload":{"message_id":"m1","delta":{{{Json(piece)}}},"agent":"a"}}"""),
                """{"type":"agent_message_end","payload":{"message_id":"m1"}}""",
            ],
            "eddie/delta" => [.. pieces.Select(piece => $$"""{"type":"delta","text":{{Json(piece)}}}"""), """{"type":"end"}"""],
            "eddie/delta-id" => [.. pieces.Select(piece => $$"""{"type":"delta","id":7,"text":{{Json(piece)}}}"""), """{"type":"end"}"""],
            "eddie/partial" =>
            [
                .. grown.Select(text => $$$"""{"event":"message.partial","data":{"id":"m1","role":"assistant","content":{{{Json(text)}}}}}"""),
                """{"event":"agent.activity","data":{"state":"idle"}}""",
            ],
            "eddie/thought" =>
            [
                .. grown.Select(text => $$$"""{"event":"message.reasoning.partial","data":{"messageId":"m1","text":{{{Json(text)}}}}}"""),
                """{"event":"message.reasoning.completed","data":{"messageId":"m1"}}""",
            ],
            "cognesy" =>
            [
                .. pieces.Select(piece => $$$"""{"type":"agent.stream.chunk","execution_id":"x1","payload":{"content":{{{Json(piece)}}},"is_complete":false}}"""),
                """{"type":"agent.status","execution_id":"x1","payload":{"status":"completed"}}""",
            ],
            "ya-agent" =>
            [
                """{"event_type":"message_start","payload":{"message_id":"m1"}}""",
                .. pieces.Select(piece => $$$"""{"event_type":"content_delta","payload":{"message_id":"m1","delta":{{{Json(piece)}}}}}"""),
                """{"event_type":"message_end","payload":{"message_id":"m1"}}""",
            ],
            "ya-agent/part" =>
            [
                """{"agent_id":"main","event":{"index":0,"part":{"content":"","part_kind":"text"},"event_kind":"part_start"}}""",
                .. pieces.Select(piece => $$$$"""{"agent_id":"main","event":{"index":0,"delta":{"content_delta":{{{{Json(piece)}}}},"part_delta_kind":"text"},"event_kind":"part_delta"}}"""),
                """{"agent_id":"main","event":{"index":0,"part":{"part_kind":"text"},"event_kind":"part_end"}}""",
            ],
            "openai/response" => Response(pieces, "output_text", "text", text),
            "openai/refusal" => Response(pieces, "refusal", "refusal", text),
            "openai/summary" => Response(pieces, "reasoning_summary_text", "text", text),
            "openai/reasoning" => Response(pieces, "reasoning_text", "text", text),
            "openai/chat" => Chat(pieces, "content"),
            "openai/chat-reasoning" => Chat(pieces, "reasoning_content"),
            "openai/chat-refusal" => Chat(pieces, "refusal"),
            "anthropic/text" => Blocks(pieces, "text"),
            "anthropic/thinking" => Blocks(pieces, "thinking"),
            _ => throw new ArgumentOutOfRangeException(nameof(stream)),
        };
    }

    private static IEnumerable<string> Response(string[] pieces, string kind, string member, string text) =>
    [
        """{"type":"response.created","response":{"id":"resp_1","object":"response","status":"in_progress"}}""",
        .. pieces.Select(piece => $$"""{"type":"response.{{kind}}.delta","item_id":"i1","output_index":0,"delta":{{Json(piece)}}}"""),
        $$"""{"type":"response.{{kind}}.done","item_id":"i1","output_index":0,"{{member}}":{{Json(text)}}}""",
        """{"type":"response.completed","response":{"id":"resp_1","object":"response","status":"completed"}}""",
    ];

    private static IEnumerable<string> Chat(string[] pieces, string member) =>
    [
        .. pieces.Select(piece => $$$"""{"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"{{{member}}}":{{{Json(piece)}}}},"finish_reason":null}]}"""),
        """{"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"total_tokens":1}}""",
    ];

    private static IEnumerable<string> Blocks(string[] pieces, string kind) =>
    [
        """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[]}}""",
        $$$"""{"type":"content_block_start","index":0,"content_block":{"type":"{{{kind}}}","{{{kind}}}":""}}""",
        .. pieces.Select(piece => $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"{{{kind}}}_delta","{{{kind}}}":{{{Json(piece)}}}}}"""),
        """{"type":"content_block_stop","index":0}""",
        """{"type":"message_stop"}""",
    ];

    // As JSON.stringify has it: a half stands as an escape, a pair as itself.
    internal static string Json(string text)
    {
        var written = text.Select((unit, i) => unit switch
        {
            '"' => "\\\"",
            '\\' => "\\\\",
            _ when unit < ' ' || (char.IsSurrogate(unit) && !IsPaired(text, i)) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
            _ => $"{unit}",
        });
        return $"\"{string.Concat(written)}\"";
    }

    private static bool IsPaired(string text, int at) =>
        (at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1])) || (at > 0 && char.IsSurrogatePair(text[at - 1], text[at]));

    private static string[] Pieces(string text, IEnumerable<int> cuts)
    {
        int[] ends = [.. cuts.Append(text.Length).Distinct().Order()];
        return [.. ends.Select((end, i) => text[(i == 0 ? 0 : ends[i - 1])..end])];
    }
}

using System.Text;
using System.Text.Json;
using EventStream.Dialects.Eddie;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dialects.Eddie;

public sealed class EddieDialectTests
{
    private const string Wire = ""","source":"eddie","source_type":"message.partial" """;
    private const string Reasoning = ""","source":"eddie","source_type":"message.reasoning.partial" """;

    private readonly EddieDialect _client = new(new TextBudget(EddieDialect.MaxTextBytes));

    /// <summary>Envelope without id and time, and the frame.</summary>
    public static TheoryData<string, string> Others => new()
    {
        { """{"session_id":"s","type":"tool_call_started","payload":{"tool_call_id":"t"}}""", """{"event":"tool_call_started","data":{"tool_call_id":"t","sessionId":"s","timestamp":"NOW"}}""" },
        { """{"session_id":"s","type":"session_started","payload":{}}""", """{"event":"session_started","data":{"sessionId":"s","timestamp":"NOW"}}""" },
        { """{"session_id":"broadcast","type":"config_updated","payload":{"config":{}}}""", """{"event":"config_updated","data":{"config":{},"timestamp":"NOW"}}""" },
        { """{"session_id":"s","type":"metrics_update","payload":{"sessionId":"own","timestamp":1}}""", """{"event":"metrics_update","data":{"sessionId":"own","timestamp":1}}""" },
        { """{"session_id":"s","type":"agent_status","payload":{"status":"processing"},"source":"cognesy","source_type":"agent.status"}""", """{"event":"agent.status","data":{"status":"processing","sessionId":"s","timestamp":"NOW"}}""" },
        { """{"session_id":"s","type":"my.own","payload":{"a":1}}""", """{"event":"my.own","data":{"a":1,"sessionId":"s","timestamp":"NOW"}}""" },
        { """{"session_id":"s","type":"agent_message_end","payload":{"message_id":"m","content":"Hi"},"source":"eddie"}""", """{"event":"message.updated","data":{"id":"m","role":"assistant","createdAt":"NOW","content":"Hi","sessionId":"s"}}""" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void TryWrite_WritesThePayload_OfEventsOfOthers(string envelope, string expected)
    {
        var written = DialectRow.Write(_client.TryWrite, Encoding.UTF8.GetBytes(envelope.Insert(1, """ "event_id":"e","timestamp":"2025-10-15T21:57:12.004Z",""")));
        JsonElement.DeepEquals(JsonElement.Parse(expected.Replace("NOW", "2025-10-15T21:57:12.004Z", StringComparison.Ordinal)), written).ShouldBeTrue($"{written}");
    }

    [Fact]
    public void TryWrite_TellsTheWholeText_EachTimeAMessageGrows()
    {
        Content("agent_message_start", """{"message_id":"m","role":"assistant","created_at":"then"}""").ShouldBe("");
        Content("agent_message_delta", """{"message_id":"m","delta":"Hel"}""").ShouldBe("Hel");
        Content("agent_message_delta", """{"message_id":"m","delta":"lo \u00e9\n"}""").ShouldBe("Hello é\n");
        Content("message_updated", """{"message_id":"m","content":"Hello","replace":true}""").ShouldBe("Hello");
        Data("agent_message_delta", """{"message_id":"m","delta":"!"}""").ToString().ShouldBe("""{"id":"m","role":"assistant","createdAt":"then","content":"Hello!","sessionId":"s"}""");
    }

    [Fact]
    public void TryWrite_TellsAMessageWhole_WhenItCameInTheMiddle()
    {
        IsTold("agent_message_delta", """{"message_id":"m","delta":"lo"}""").ShouldBeFalse();
        Write("agent_message_end", """{"message_id":"m","content":"Hello you"}""", ""","source":"eddie" """).ToString()
            .ShouldBe("""{"event":"message.updated","data":{"id":"m","role":"assistant","createdAt":"2025-10-15T21:57:12.004Z","content":"Hello you","sessionId":"s"}}""");
        Content("message_updated", """{"message_id":"n","content":"Good","replace":true}""").ShouldBe("Good");
        Content("agent_message_delta", """{"message_id":"n","delta":" bye"}""").ShouldBe("Good bye");
    }

    [Fact]
    public void TryWrite_KeepsTheCanonicalEnd_WhenTheTextIsTooLongForIt() =>
        Write("agent_message_end", """{"message_id":"m","content":"","content_truncated":true}""", ""","source":"eddie" """).GetProperty("event").GetString().ShouldBe("agent_message_end");

    [Fact]
    public void TryWrite_ForgetsTheText_WhenTheMessageEnds()
    {
        Begin("m");
        Content("agent_message_delta", """{"message_id":"m","delta":"one"}""");
        Write("agent_message_end", """{"message_id":"m","content":"one"}""", ""","source":"eddie" """);

        IsTold("agent_message_delta", """{"message_id":"m","delta":"two"}""").ShouldBeFalse();
    }

    [Fact]
    public void TryWrite_ForgetsTheTexts_WhenTheSessionIsDeleted()
    {
        Begin("m");
        Write("session_deleted", "{}", ""","source":"eddie","source_type":"session.deleted" """);

        IsTold("agent_message_delta", """{"message_id":"m","delta":"two"}""").ShouldBeFalse();
    }

    [Fact]
    public void TryWrite_KeepsThoughtsAndMessagesApart_OfOneIdAndOfEachSession()
    {
        Begin("m");
        Begin("m", "other");
        Content("agent_message_delta", """{"message_id":"m","delta":"said"}""");
        Data("agent_thought_delta", """{"message_id":"m","delta":"thought"}""", Reasoning).GetProperty("text").GetString().ShouldBe("thought");
        Data("agent_thought_delta", """{"message_id":"m","delta":"!"}""", Reasoning).GetProperty("text").GetString().ShouldBe("thought!");
        Data("agent_thought_delta", """{"message_id":"m","delta":"No","replace":true}""", Reasoning).GetProperty("text").GetString().ShouldBe("No");
        Data("agent_message_delta", """{"message_id":"m","delta":"x"}""", Wire, session: "other").GetProperty("content").GetString().ShouldBe("x");
        Content("agent_message_delta", """{"message_id":"m","delta":"!"}""").ShouldBe("said!");
    }

    [Fact]
    public void TryWrite_ForgetsTheMessageThatBeganFirst_OfMoreThan64()
    {
        for (var i = 0; i <= 64; i++) Begin($"m{i}");

        Content("agent_message_delta", """{"message_id":"m1","delta":"b"}""").ShouldBe("b");
        IsTold("agent_message_delta", """{"message_id":"m0","delta":"b"}""").ShouldBeFalse();
    }

    [Fact]
    public void TryWrite_ForgetsTheTextsThatBeganFirst_WhenTheyTakeMoreThanAMebibyte()
    {
        var text = new string('a', 190 * 1024);
        for (var i = 0; i < 6; i++) Begin($"m{i}");
        for (var i = 0; i < 6; i++) Content("agent_message_delta", $$"""{"message_id":"m{{i}}","delta":"{{text}}"}""").ShouldBe(text);

        IsTold("agent_message_delta", """{"message_id":"m0","delta":"b"}""").ShouldBeFalse();
        Content("agent_message_delta", """{"message_id":"m1","delta":"b"}""").ShouldBe(text + "b");
    }

    [Fact]
    public void TryWrite_KeepsNoMoreThan200KiB_OfAText()
    {
        var most = new string('a', 150 * 1024);
        Begin("m");
        Content("agent_message_delta", $$"""{"message_id":"m","delta":"{{most}}"}""").Length.ShouldBe(most.Length);
        Content("agent_message_delta", $$"""{"message_id":"m","delta":"{{most}}"}""").Length.ShouldBe(2 * most.Length);
        Content("agent_message_delta", """{"message_id":"m","delta":"b"}""").Length.ShouldBe(most.Length + 1);
        Content("message_updated", """{"message_id":"m","content":"c","replace":true}""").ShouldBe("c");
        Content("agent_message_delta", """{"message_id":"m","delta":"d"}""").ShouldBe("cd");
    }

    [Fact]
    public void TryWrite_WritesWhatIsNew_OfTheConsolesDeltas()
    {
        const string Console = ""","agent_id":"a","source":"eddie","source_type":"delta" """;
        Data("agent_message_start", """{"message_id":"m","agent":"a","role":"assistant"}""", Console).ToString().ShouldBe("""{"id":"m","text":"","type":"delta","sessionId":"s","agentId":"a"}""");
        Data("agent_message_delta", """{"message_id":"m","delta":"Hel","agent":"a"}""", Console).GetProperty("text").GetString().ShouldBe("Hel");
        Data("agent_message_delta", """{"message_id":"m","delta":"lo","agent":"a"}""", Console).GetProperty("text").GetString().ShouldBe("lo");
    }

    [Fact]
    public void TryWrite_WritesTexts_OfArgumentsAndResults()
    {
        var data = Data("tool_call_result", """{"tool_call_id":"t","tool_name":"n","result":{"a":"\"b\""},"error":null,"args":{"q":[1]},"agent":"a"}""", ""","source":"eddie","source_type":"tool.result" """);

        data.ToString().ShouldBe("""{"sessionId":"s","id":"t","name":"n","arguments":"{\"q\":[1]}","result":"{\"a\":\"\\\"b\\\"\"}","timestamp":"2025-10-15T21:57:12.004Z","agentId":"a"}""");
    }

    private void Begin(string message, string session = "s") => Data("agent_message_start", $$"""{"message_id":"{{message}}"}""", Wire, session).GetProperty("content").GetString().ShouldBe("");

    private bool IsTold(string type, string payload) =>
        _client.TryWrite(Envelope(type, payload, Wire, "s"), new System.Buffers.ArrayBufferWriter<byte>());

    private string Content(string type, string payload) => Data(type, payload).GetProperty("content").GetString()!;

    private JsonElement Data(string type, string payload, string more = Wire, string session = "s") => Write(type, payload, more, session).GetProperty("data");

    private JsonElement Write(string type, string payload, string more, string session = "s") => DialectRow.Write(_client.TryWrite, Envelope(type, payload, more, session));

    private static byte[] Envelope(string type, string payload, string more, string session) =>
        Encoding.UTF8.GetBytes($$"""{"event_id":"e","session_id":"{{session}}","timestamp":"2025-10-15T21:57:12.004Z","type":"{{type}}","payload":{{payload}}{{more}}}""");
}

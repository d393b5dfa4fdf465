using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

/// <summary>A text that is cut anywhere, also inside a surrogate pair, is whole again when its pieces are joined.</summary>
public sealed class HalfPairTests
{
    private const string High = "\ud83d";
    private const string Low = "\ude00";

    private readonly ScriptedAppender _bus = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, object> Payloads => new()
    {
        { """{"text":" \ud83d","\ude00":["\ude00 "]}""", new Dictionary<string, object> { ["text"] = " " + High, [Low] = new[] { Low + " " } } },
        { """{"text":"\ud83d","one":"\ud83d"}""", new { text = High, one = High[0] } },
        { """{"text":"a\n\ud83d\"b\ude00日"}""", new { text = $"a\n{High}\"b{Low}日" } },
        { """{"text":"\ud83d","n":1.0}""", EventPayload.Parse($$"""{"text":"{{High}}", "n":1.0}""") },
        { """{"text":"\ud83d\ud83d\\\ude00"}""", EventPayload.Parse($$"""{"text":"{{High}}{{High}}\\{{Low}}"}""") },
        { """{"text":"\uD83D","n":1.0}""", JsonElement.Parse("""{"text": "\uD83D", "n": 1.0}""") },
        { """{"held":{"text":"\uD83D","n":1.0}}""", new { held = JsonElement.Parse("""{"text": "\uD83D", "n": 1.0}""") } },
        { """{"held":{"text":"\uD83D","n":1.0}}""", new { held = JsonDocument.Parse("""{"text": "\uD83D", "n": 1.0}""") } },
        { """{"held":{"text":"\uD83D","n":[1.0,null]}}""", new { held = JsonNode.Parse("""{"text": "\uD83D", "n": [1.0, null]}""") } },
        { """{"text":"\ud83d","none":null}""", new JsonObject { ["text"] = High, ["none"] = null } },
        { """{"message_id":"m","delta":"\ud83d","more":"\uDE00"}""", new AgentMessageDelta { MessageId = "m", Delta = High, Others = new Dictionary<string, JsonElement> { ["more"] = JsonElement.Parse("\"\\uDE00\"") } } },
    };

    [Theory]
    [MemberData(nameof(Payloads), DisableDiscoveryEnumeration = true)]
    public async Task PublishAsync_KeepsHalfAPairAsAnEscape_WhateverHoldsIt(string expected, object payload)
    {
        await using var dispatcher = new EventDispatcher(_bus);
        await dispatcher.PublishAsync("s", "note", payload, cancellationToken: Cancel);
        await dispatcher.FlushAsync(Cancel);
        _bus.StoredIn("s").ShouldHaveSingleItem().Payload.ToString().ShouldBe(expected);
    }

    [Fact]
    public async Task EventMethods_KeepHalfAPair_InTextsAndInWhatCallersHandOver()
    {
        await using var dispatcher = new EventDispatcher(_bus);
        var run = dispatcher.ForRun("s", "r");
        await run.AgentMessageDeltaAsync("m", " " + High, cancellationToken: Cancel);
        await run.AgentThoughtDeltaAsync(Low, cancellationToken: Cancel);
        await run.ToolCallStartedAsync("t", "ls", new { path = High }, cancellationToken: Cancel);
        await run.ToolCallResultAsync("t", "ls", JsonElement.Parse(""" {"out": "\uDE00"} """), cancellationToken: Cancel);
        await run.CustomEventAsync("c", High, Cancel);
        await dispatcher.FlushAsync(Cancel);
        _bus.StoredIn("s").Select(stored => stored.Payload.ToString()).ShouldBe(
        [
            """{"message_id":"m","delta":" \ud83d"}""", """{"delta":"\ude00"}""",
            """{"tool_call_id":"t","tool_name":"ls","args":{"path":"\ud83d"}}""", """{"tool_call_id":"t","tool_name":"ls","result":{"out":"\uDE00"}}""",
            """{"name":"c","value":"\ud83d"}""",
        ]);
    }

    [Fact]
    public void Pieces_JoinToTheText_WhereverItIsCut() =>
        PropertyCheck.Run(200, Prop.ForAll(Cut().ToArbitrary(), pieces =>
        {
            var joined = new StringBuilder();
            foreach (var piece in pieces) joined.Append(Travelled(EventPayload.From(new AgentMessageDelta { MessageId = "m", Delta = piece })).As<AgentMessageDelta>().Delta);
            joined.ToString().ShouldBe(string.Concat(pieces));
        }));

    [Fact]
    public void Parse_Refuses_WhenHalfAPairStandsWhereJsonHasNone()
    {
        foreach (var json in (string[])[$$"""{"text":"\{{High}}"}""", "{" + High + "}"])
            Rejections.Of(() => EventPayload.Parse(json)).Message.ShouldStartWith("The text is not valid JSON");
    }

    [Fact]
    public async Task PublishAsync_NamesTheMember_WhenAnAgentsNameWasCutInsideAPair()
    {
        await using var dispatcher = new EventDispatcher(_bus);
        Rejections.Of(() => dispatcher.PublishAsync("s", "note", new { }, new PublishOptions { AgentId = "agent " + High }, Cancel).AsTask()).Message.ShouldBe("/agent_id holds half a surrogate pair.");
    }

    [Fact]
    public void As_ReadsEveryEscape_BesideHalfAPair() =>
        EventPayload.Parse("""{"message_id":"m","delta":"\"\\\/\b\f\n\r\té\u00e9\ud83d"}""").As<AgentMessageDelta>().Delta.ShouldBe("\"\\/\b\f\n\r\té\u00e9" + High);

    /// <summary>The payload behind a publisher, a server and a log.</summary>
    private static EventPayload Travelled(EventPayload payload)
    {
        var sent = EventWriter.ToUtf8(new EventFactory(FixedTime.Instance).Create("s", "agent_message_delta", payload));
        var logged = EventWriter.ToUtf8(EventReader.Read(sent, new EventDefaults("s", FixedTime.Instance)));
        logged.ShouldBe(sent);
        return EventReader.ReadLogged(logged).Payload;
    }

    private static Gen<string[]> Cut() =>
        from letters in Gen.NonEmptyListOf(Gen.Elements("a", "é", "日", "😀", "👩‍👩‍👧", "\"", "\\", "\n", "\0", "\u2028", High, Low))
        let text = string.Concat(letters)
        from cuts in Gen.ListOf(Gen.Choose(0, text.Length))
        select (string[])[.. Pieces(text, [0, .. cuts.Order(), text.Length])];

    private static IEnumerable<string> Pieces(string text, int[] cuts) => cuts.Zip(cuts.Skip(1), (from, to) => text[from..to]);
}

using System.Text;
using EventStream.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static EventStream.Tests.Support.ScriptedModel;

namespace EventStream.Tests.ExtensionsAI;

/// <summary>What is told of a model's words.</summary>
public sealed class ChatTests : IAsyncLifetime
{
    private readonly ChatStage _stage = new(new ServiceCollection().AddEventStream().AddEventListener().BuildServiceProvider());
    private readonly ScriptedModel _model = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _model.Dispose();
        return _stage.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Text_IsToldInPiecesAndWhole_WithItsThoughtBefore(bool isStreamed)
    {
        _model.Then(Give(new TextReasoningContent("Hm.")), Say("Hel", "m"), Say("lo", "m"), Say(null, "m", ChatFinishReason.Stop), Give(new UsageContent(new UsageDetails { InputTokenCount = 3, OutputTokenCount = 2, TotalTokenCount = 5, CachedInputTokenCount = 1, ReasoningTokenCount = 1, AdditionalCounts = new() { ["audio"] = 7 } })));

        (await AskAsync(isStreamed)).ShouldBe("Hello");

        IReadOnlyList<string> pieces = isStreamed
            ? ["""agent_message_delta {"message_id":"msg#1","delta":"Hel"}""", """agent_message_delta {"message_id":"msg#1","delta":"lo"}"""]
            : ["""agent_message_delta {"message_id":"msg#1","delta":"Hello"}"""];
        (await _stage.LinesAsync()).ShouldBe([
            """agent_thought_delta {"message_id":"thought#1","delta":"Hm."}""",
            """agent_thought {"content":"Hm.","message_id":"thought#1"}""",
            """agent_message_start {"message_id":"msg#1","source_message_id":"m"}""",
            .. pieces,
            """agent_message_end {"message_id":"msg#1","content":"Hello"}""",
            """run_updated {"run_id":"r1","stop_reason":"stop","usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5,"cached_input_tokens":1,"reasoning_tokens":1,"audio":7}}""",
        ]);
    }

    [Fact]
    public async Task Text_StaysWhole_WhenAChunkEndsInsideOfACharacter()
    {
        _model.Then(Say("ok \ud83d"), Say("\ude00!"), Say("\ude00"));

        await AskAsync();

        var told = await _stage.EventsAsync();
        string.Concat(told.Where(e => e.Type == "agent_message_delta").Select(e => EventText(e.Payload, "delta"))).ShouldBe("ok 😀!\ude00");
        EventText(told.Single(e => e.Type == "agent_message_end").Payload, "content").ShouldBe("ok 😀!\ude00");
    }

    [Fact]
    public async Task Updates_AreOneMessage_WhenTheyAreEmptyOrHaveNoIds()
    {
        _model.Then(Say(null), Say(""), Say("a"), new ChatResponseUpdate { Contents = [new TextContent("b")] }, Say("", "late"), Say("c", "late"), Say(null));

        await AskAsync();

        (await WholeAsync()).ShouldBe(["abc"]);
    }

    [Fact]
    public async Task Updates_ThatSayNothing_TellNothing()
    {
        _model.Then(Say(null), Say(""), Give(new TextReasoningContent("")));

        await AskAsync();

        (await _stage.LinesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Choices_AreAMessageEach_HoweverTheyCome()
    {
        _model.Then(Say("a", "1"), Say("x", "2"), Say("b", "1"), Say("y", "2"), Say(null, "1", ChatFinishReason.Stop), Say("z", "2"), Say(null, "2", ChatFinishReason.Stop));

        await AskAsync();

        (await WholeAsync()).ShouldBe(["ab", "xyz"]);
    }

    [Fact]
    public async Task Authors_SpeakInMessagesOfTheirOwn()
    {
        _model.Then(new ChatResponseUpdate(ChatRole.Assistant, "a") { AuthorName = "ada" }, new ChatResponseUpdate(ChatRole.Assistant, "b") { AuthorName = "bob" });

        await AskAsync();

        (await _stage.EventsAsync()).Where(e => e.Type == "agent_message_end").Select(e => $"{e.Payload.GetProperty("agent")} {e.Payload.GetProperty("content")}").ShouldBe(["ada a", "bob b"]);
    }

    [Fact]
    public async Task Messages_HaveIdsOfTheirOwn_WhenTheModelUsesOneAgain()
    {
        _model.Then(Say("one", "m1")).Then(Say("two", "m1"));

        await AskAsync();
        await AskAsync();

        var starts = (await _stage.EventsAsync()).Where(e => e.Type == "agent_message_start").Select(e => e.Payload).ToList();
        starts.Select(start => start.GetProperty("message_id").GetString()).Distinct().Count().ShouldBe(2);
        starts.ShouldAllBe(start => start.GetProperty("source_message_id").GetString() == "m1");
    }

    [Fact]
    public async Task Refusal_IsTextOfItsKind_AndAnErrorIsANotice()
    {
        _model.Then(Give(new ErrorContent("I can") { ErrorCode = "Refusal" }), Give(new ErrorContent("'t.") { ErrorCode = "Refusal" }), Give(new ErrorContent("Too many.") { ErrorCode = "rate_limit" }), Say(null, end: ChatFinishReason.ContentFilter));

        await AskAsync();

        (await _stage.LinesAsync()).ShouldBe([
            """agent_message_start {"message_id":"msg#1"}""",
            """agent_message_delta {"message_id":"msg#1","delta":"I can","kind":"refusal"}""",
            """agent_message_delta {"message_id":"msg#1","delta":"'t.","kind":"refusal"}""",
            """run_error {"error_type":"rate_limit","message":"Too many."}""",
            """agent_message_end {"message_id":"msg#1","content":"I can't.","kind":"refusal"}""",
            """run_updated {"run_id":"r1","stop_reason":"content_filter"}""",
        ]);
    }

    [Fact]
    public async Task Picture_IsNamed_AndShownWhenItIsSmall()
    {
        _model.Then(Give(new DataContent(new byte[3], "image/png") { Name = "dot" }), Give(new DataContent(new byte[300_000], "image/png")), Give(new UriContent("https://example.org/a.png", "image/png")));

        await AskAsync();

        (await _stage.LinesAsync()).ShouldBe([
            """custom_event {"name":"content","value":{"media_type":"image/png","name":"dot","bytes":3,"uri":"data:image/png;base64,AAAA"}}""",
            """custom_event {"name":"content","value":{"media_type":"image/png","bytes":300000}}""",
            """custom_event {"name":"content","value":{"media_type":"image/png","uri":"https://example.org/a.png"}}""",
        ]);
    }

    [Fact]
    public async Task HugeText_IsToldInPieces_AndEndsWithoutIt()
    {
        var text = new StringBuilder().Insert(0, "😀\u0001é", 100_000).ToString();
        _model.Then(Say(text));

        await AskAsync();

        var told = await _stage.EventsAsync();
        string.Concat(told.Where(e => e.Type == "agent_message_delta").Select(e => EventText(e.Payload, "delta"))).ShouldBe(text);
        told.Single(e => e.Type == "agent_message_end").Payload.GetProperty("content_truncated").GetBoolean().ShouldBeTrue();
    }

    private async Task<string> AskAsync(bool isStreamed = true)
    {
        using var client = _model.AsBuilder().UseEventStream(_stage.Dispatcher).Build();
        var options = new ChatOptions().PublishTo(_stage.Run);
        if (!isStreamed) return (await client.GetResponseAsync("Hi", options, Cancel)).Text;
        return (await client.GetStreamingResponseAsync("Hi", options, Cancel).ToChatResponseAsync(Cancel)).Text;
    }

    private async Task<IReadOnlyList<string?>> WholeAsync()
    {
        var told = await _stage.EventsAsync();
        told.Count(e => e.Type == "agent_message_start").ShouldBe(told.Count(e => e.Type == "agent_message_end"));
        return [.. told.Where(e => e.Type == "agent_message_end").Select(e => e.Payload.GetProperty("content").GetString())];
    }

    // GetString refuses halves of surrogate pairs.
    private static string EventText(System.Text.Json.JsonElement payload, string member) => EventStream.Events.JsonText.Text(payload.GetProperty(member))!;
}

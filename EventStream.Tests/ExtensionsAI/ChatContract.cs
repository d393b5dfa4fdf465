using System.Text.Json;
using EventStream.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;
using static EventStream.Tests.Support.ScriptedModel;

namespace EventStream.Tests.ExtensionsAI;

/// <summary>What is told of a model that calls tools, wherever its client publishes, and however that reaches the bus.</summary>
public abstract class ChatContract : IAsyncLifetime
{
    private ChatStage _stage = null!;
    private readonly ScriptedModel _model = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected abstract IServiceCollection Services();

    public virtual ValueTask InitializeAsync()
    {
        _stage = new ChatStage(Services().BuildServiceProvider());
        return ValueTask.CompletedTask;
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _model.Dispose();
        await _stage.DisposeAsync();
    }

    [Theory]
    [CombinatorialPlaces]
    public async Task Calls_AreToldOnceWithTheirResults_WhereverTheClientPublishes(Place place, bool isStreamed)
    {
        _model.Then(Say("Wait."), Call("c1", "add", ("a", 1), ("b", 2)), Call("c2", "add", ("a", 3), ("b", 4)), Say(null, end: ChatFinishReason.ToolCalls))
            .Then(Say("3 and 7."), Say(null, end: ChatFinishReason.Stop));

        (await AskAsync(place, isStreamed, AIFunctionFactory.Create((int a, int b) => a + b, "add"))).ShouldEndWith("3 and 7.");

        var told = (await _stage.LinesAsync()).Where(line => !line.StartsWith("agent_message_delta", StringComparison.Ordinal) && !line.StartsWith("run_updated", StringComparison.Ordinal)).ToList();
        told.ShouldBe([
            """agent_message_start {"message_id":"msg#1"}""",
            """agent_message_end {"message_id":"msg#1","content":"Wait."}""",
            """tool_call_started {"tool_call_id":"c1","tool_name":"add","args":{"a":1,"b":2}}""",
            """tool_call_started {"tool_call_id":"c2","tool_name":"add","args":{"a":3,"b":4}}""",
            """tool_call_result {"tool_call_id":"c1","tool_name":"add","result":3}""",
            """tool_call_result {"tool_call_id":"c2","tool_name":"add","result":7}""",
            """agent_message_start {"message_id":"msg#2"}""",
            """agent_message_end {"message_id":"msg#2","content":"3 and 7."}""",
        ]);
    }

    [Theory]
    [CombinatorialPlaces]
    public async Task CallIds_AreMadeUnique_WhenTheModelUsesOneAgainOrGivesNone(Place place, bool isStreamed)
    {
        _model.Then(Call("call_0", "now")).Then(Call("call_0", "now")).Then(Call("", "now"), Call("", "now")).Then(Say("Done."));

        await AskAsync(place, isStreamed, AIFunctionFactory.Create(() => "late", "now"));

        var told = await _stage.EventsAsync();
        var started = told.Where(e => e.Type == "tool_call_started").Select(e => e.Payload.GetProperty("tool_call_id").GetString()!).ToList();
        started.Count.ShouldBe(4);
        started.ShouldBeUnique();
        started[1].ShouldStartWith("call_0~");
        told.Single(e => e.Type == "tool_call_started" && e.Payload.GetProperty("tool_call_id").GetString() == started[1]).Payload.GetProperty("source_tool_call_id").GetString().ShouldBe("call_0");
        told.Where(e => e.Type == "tool_call_result").Select(e => e.Payload.GetProperty("tool_call_id").GetString()).ShouldBe(started);
    }

    [Theory]
    [CombinatorialPlaces]
    public async Task FailedCall_IsAnErrorInTheWordsThatTheModelReads(Place place, bool isStreamed)
    {
        _model.Then(Call("c1", "fail")).Then(Say("Sorry."));

        await AskAsync(place, isStreamed, AIFunctionFactory.Create(string () => throw new InvalidDataException("secret"), "fail"));

        (await _stage.EventsAsync()).Single(e => e.Type == "tool_call_result").Payload.GetRawText()
            .ShouldBe("""{"tool_call_id":"c1","tool_name":"fail","result":null,"error":"Error: Function failed."}""");
    }

    [Theory]
    [InlineData(Place.Outside)]
    [InlineData(Place.Inside)]
    public async Task Usage_IsToldForEachResponse_WhenItIsStreamed(Place place)
    {
        _model.Then(Call("c1", "now"), Give(new UsageContent(new UsageDetails { TotalTokenCount = 5 })), Say(null, end: ChatFinishReason.ToolCalls))
            .Then(Say("Late."), Say(null, end: ChatFinishReason.Stop), Give(new UsageContent(new UsageDetails { TotalTokenCount = 7 })));

        await AskAsync(place, isStreamed: true, AIFunctionFactory.Create(() => "late", "now"));

        (await _stage.LinesAsync()).Where(line => line.StartsWith("run_updated", StringComparison.Ordinal)).ShouldBe([
            """run_updated {"run_id":"r1","stop_reason":"tool_calls","usage":{"total_tokens":5}}""",
            """run_updated {"run_id":"r1","stop_reason":"stop","usage":{"total_tokens":7}}""",
        ]);
    }

    [Theory]
    [CombinatorialPlaces]
    public async Task AnsweredQuestion_EndsItsCall_WhichIsToldOnce(Place place, bool isStreamed)
    {
        _model.Then(Call("c1", "wipe", ("disk", "sda")), Call("c2", "wipe", ("disk", "sdb"))).Then(Say("So be it."));
        var wiped = new List<string>();
        AITool tool = new ApprovalRequiredAIFunction(AIFunctionFactory.Create((string disk) => { wiped.Add(disk); return "wiped"; }, "wipe"));
        using var client = Client(place);
        List<ChatMessage> history = [new(ChatRole.User, "Wipe.")];

        history.AddMessages(await AskAsync(client, history, isStreamed, tool));
        var questions = history.SelectMany(message => message.Contents).OfType<ToolApprovalRequestContent>().ToList();
        (await _stage.EventsAsync()).Count(e => e.Type == "tool_call_started").ShouldBe(2);
        history.Add(new ChatMessage(ChatRole.User, [.. questions.Select(question => question.CreateResponse(((FunctionCallContent)question.ToolCall).CallId == "c1", "Not that one."))]));
        await AskAsync(client, history, isStreamed, tool);

        wiped.ShouldBe(["sda"]);
        var told = await _stage.EventsAsync();
        told.Where(e => e.Type == "tool_call_started").Select(e => e.Payload.GetProperty("tool_call_id").GetString()).ShouldBe(["c1", "c2"]);
        var results = told.Where(e => e.Type == "tool_call_result").ToDictionary(e => e.Payload.GetProperty("tool_call_id").GetString()!, e => e.Payload);
        results["c1"].GetProperty("result").GetString().ShouldBe("wiped");
        if (place == Place.Inside) results["c2"].GetProperty("result").GetString()!.ShouldContain("Not that one.");
        else (results["c2"].GetProperty("blocked").GetBoolean(), results["c2"].GetProperty("error").GetString()!.Contains("Not that one.", StringComparison.Ordinal)).ShouldBe((true, true));
    }

    [Theory]
    [InlineData(Place.Outside)]
    [InlineData(Place.Inside)]
    public async Task ChatInsideOfATool_IsToldToo(Place place)
    {
        using var other = new ScriptedModel().Then(Say("From below.")).AsBuilder().UseEventStream(_stage.Dispatcher).Build();
        _model.Then(Call("c1", "ask")).Then(Say("From above."));

        await AskAsync(place, isStreamed: true, AIFunctionFactory.Create(async () => (await other.GetResponseAsync("Below?", new ChatOptions().PublishTo(_stage.Run), Cancel)).Text, "ask"));

        (await _stage.EventsAsync()).Where(e => e.Type == "agent_message_end").Select(e => e.Payload.GetProperty("content").GetString()).ShouldBe(["From below.", "From above."]);
    }

    [Fact]
    public async Task Results_FitIntoEvents_HoweverLargeOrDeepTheyAre()
    {
        var deep = "x";
        for (var i = 0; i < 100; i++) deep = $"[{(i == 0 ? "1" : deep)}]";
        using var document = JsonDocument.Parse(deep, new JsonDocumentOptions { MaxDepth = 200 });
        var nested = document.RootElement.Clone();
        _model.Then(Call("c1", "large", ("text", new string('x', 300_000))), Call("c2", "deep")).Then(Say("Done."));

        await AskAsync(Place.Outside, isStreamed: true, AIFunctionFactory.Create((string text) => text + text, "large"), new GivenFunction("deep", nested));

        var told = await _stage.EventsAsync();
        var started = told.First(e => e.Type == "tool_call_started").Payload;
        (started.GetProperty("args").GetRawText(), started.GetProperty("args_truncated").GetBoolean(), started.GetProperty("args_raw").GetString()!.StartsWith("{\"text\":\"xxx", StringComparison.Ordinal)).ShouldBe(("{}", true, true));
        var results = told.Where(e => e.Type == "tool_call_result").Select(e => e.Payload).ToList();
        (results[0].GetProperty("result_truncated").GetBoolean(), results[0].GetProperty("result").GetString()!.Length).ShouldBe((true, 8192));
        results[1].GetProperty("result").GetString()!.ShouldStartWith("[[[[");
    }

    private async Task<string> AskAsync(Place place, bool isStreamed, params AITool[] tools)
    {
        using var client = Client(place);
        return (await AskAsync(client, [new(ChatRole.User, "Hi")], isStreamed, tools)).Text;
    }

    private async Task<ChatResponse> AskAsync(IChatClient client, List<ChatMessage> messages, bool isStreamed, params AITool[] tools)
    {
        var options = new ChatOptions { Tools = [.. tools] }.PublishTo(_stage.Run);
        return isStreamed ? await client.GetStreamingResponseAsync(messages, options, Cancel).ToChatResponseAsync(Cancel) : await client.GetResponseAsync(messages, options, Cancel);
    }

    private IChatClient Client(Place place)
    {
        var builder = _model.AsBuilder();
        if (place != Place.Inside) builder.UseEventStream(_stage.Dispatcher);
        builder.UseFunctionInvocation();
        if (place != Place.Outside) builder.UseEventStream(_stage.Dispatcher);
        return builder.Build();
    }

    /// <summary>A tool that returns what a test gives it.</summary>
    private sealed class GivenFunction(string name, object result) : AIFunction
    {
        public override string Name => name;

        protected override ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken) => new(result);
    }
}

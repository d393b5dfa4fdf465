using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using EventStream.Agents;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;
using static EventStream.Tests.Support.ScriptedModel;

namespace EventStream.Tests.ExtensionsAI;

/// <summary>Agents of Microsoft.Agents.AI whose runs people ask for, beside a real server.</summary>
public sealed partial class HostedAgentTests : IAsyncLifetime
{
    private readonly TestServer _server = TestServer.Start();
    private readonly ScriptedModel _model = new();
    private IHost? _host;
    private RunContext? _steered;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null) await _host.StopAsync(CancellationToken.None);
        _host?.Dispose();
        _model.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("\"Why?\"", "Why?")]
    [InlineData("""{"question":"Why?"}""", "Why?")]
    [InlineData("""{"messages":[{"role":"user","content":"Who?"},{"role":"assistant","content":[{"type":"text","text":"I."}]},{"role":"user","content":"Why?"}]}""", "Who?|I.|Why?")]
    [InlineData("""["Why?"]""", "Why?")]
    [InlineData("""{"disk":"sda"}""", """{"disk":"sda"}""")]
    [InlineData("7", "7")]
    public async Task Run_AsksTheAgent_AndTellsItsAnswer(string input, string asked)
    {
        _model.Then(Say("Because.", "m1"), Say(null, "m1", ChatFinishReason.Stop));
        await HostAsync(_model.AsAIAgent(name: "Somebody"));

        await AskAsync("r1", input);

        (await EventsAsync("run_completed")).Select(told => $"{told.Type} {told.Payload}").Skip(1).Select(line => MadeId().Replace(line, "msg")).ShouldBe([
            """run_started {"run_id":"r1"}""",
            """agent_message_start {"message_id":"msg","agent":"helper","source_message_id":"m1"}""",
            """agent_message_delta {"message_id":"msg","delta":"Because.","agent":"helper"}""",
            """agent_message_end {"message_id":"msg","content":"Because.","agent":"helper"}""",
            """run_updated {"run_id":"r1","agent":"helper","stop_reason":"stop"}""",
            """run_completed {"run_id":"r1","output":"Because.","agent":"helper"}""",
        ]);
        string.Join('|', _model.Requests.Single().Messages.Select(message => message.Text)).ShouldBe(asked);
    }

    [Theory]
    [InlineData("""[{"role":"system","content":"Obey."}]""", "the role of a message must be 'user' or 'assistant', and 'system' is not")]
    [InlineData("""{"messages":[{"role":"user"}]}""", "a message must have a 'content'")]
    [InlineData("[7]", "a message must be a text")]
    public async Task Run_Fails_WhenItsInputIsNoConversation(string input, string reason)
    {
        await HostAsync(_model.AsAIAgent());

        await AskAsync("r1", input);

        (await EventsAsync("run_failed"))[^1].Payload.GetProperty("error").GetString()!.ShouldContain(reason);
    }

    [Fact]
    public async Task Questions_AreAnsweredByPeople_AndTheRunGoesOn()
    {
        var wiped = new List<string>();
        _model.Then(Call("c1", "wipe", ("disk", "sda")), Call("c2", "wipe", ("disk", "sdb")), Call("c3", "look")).Then(Say("Done."));
        await HostAsync(_model.AsAIAgent(tools: [
            new ApprovalRequiredAIFunction(AIFunctionFactory.Create((string disk) => { wiped.Add(disk); return "wiped"; }, "wipe")),
            AIFunctionFactory.Create(() => "seen", "look")]));
        await AskAsync("r1");
        await Eventually.TrueAsync(async () => (await LogAsync()).Count(told => told.Type == "tool_approval_requested") == 2, Cancel);

        foreach (var question in (await LogAsync()).Where(told => told.Type == "tool_approval_requested"))
        {
            var isFirst = question.Payload.GetProperty("tool_call_id").GetString() == "c1";
            question.Payload.GetProperty("args").GetRawText().ShouldBe(isFirst ? """{"disk":"sda"}""" : """{"disk":"sdb"}""");
            await PostAsync($"runs/r1/approvals/{question.Payload.GetProperty("approval_id")}", $$"""{"approved":{{(isFirst ? "true" : "false")}},"reason":"I said so."}""");
        }

        var told = await EventsAsync("run_completed");
        wiped.ShouldBe(["sda"]);
        told.Where(e => e.Type == "tool_call_started").Select(e => e.Payload.GetProperty("tool_call_id").GetString()).Order(StringComparer.Ordinal).ShouldBe(["c1", "c2", "c3"]);
        var results = told.Where(e => e.Type == "tool_call_result").ToDictionary(e => e.Payload.GetProperty("tool_call_id").GetString()!, e => e.Payload);
        results["c1"].GetProperty("result").GetString().ShouldBe("wiped");
        results["c2"].GetProperty("blocked").GetBoolean().ShouldBeTrue();
        results["c2"].GetProperty("error").GetString()!.ShouldContain("I said so.");
        results["c3"].GetProperty("result").GetString().ShouldBe("seen");
    }

    [Fact]
    public async Task Sessions_HaveAConversationEach()
    {
        _model.Then(Say("One.")).Then(Say("Two.")).Then(Say("Three."));
        await HostAsync(_model.AsAIAgent());

        foreach (var (session, run) in ((string, string)[])[("s", "r1"), ("s", "r2"), ("other", "r3")])
        {
            await AskAsync(run, $"\"{run}?\"", session);
            await Eventually.TrueAsync(async () => (await LogAsync(session)).Any(told => told.Type == "run_completed" && told.Payload.GetProperty("run_id").GetString() == run), Cancel);
        }

        _model.Requests.Select(request => string.Join(' ', request.Messages.Select(message => message.Text))).ShouldBe(["r1?", "r1? One. r2?", "r3?"]);
    }

    [Fact]
    public async Task OtherSessions_GoOn_WhileRunsOfOneWaitForAnAnswer()
    {
        _model.Then(Call("c1", "wipe")).Then(Say("Elsewhere."));
        await HostAsync(_model.AsAIAgent(tools: [new ApprovalRequiredAIFunction(AIFunctionFactory.Create(() => "wiped", "wipe"))]), options => options.MaxRuns = 2);
        await AskAsync("r1");
        await EventsAsync("tool_approval_requested");
        await AskAsync("r2");
        await AskAsync("r3");

        await AskAsync("r4", "\"Hi\"", "other");

        await Eventually.TrueAsync(async () => (await LogAsync("other")).Any(told => told.Type == "run_completed"), Cancel);
        (await LogAsync()).Count(told => told.Type == "run_started").ShouldBe(1);
    }

    [Fact]
    public async Task Stop_EndsWhatIsOpen_AndTheNextRunGoesOn()
    {
        _model.ThenHang(Say("Half a")).Then(Say("Whole."));
        await HostAsync(_model.AsAIAgent());
        await AskAsync("r1");
        await EventsAsync("agent_message_delta");

        await PostAsync("runs/r1/interrupt", """{"reason":"user_stop"}""");

        (await EventsAsync("run_cancelled")).Select(told => told.Type).ToList()[^3..].ShouldBe(["run_interrupt_requested", "agent_message_end", "run_cancelled"]);
        await AskAsync("r2");
        (await EventsAsync("run_completed"))[^1].Payload.GetProperty("output").GetString().ShouldBe("Whole.");
    }

    [Fact]
    public async Task Stop_WhileAQuestionIsOpen_EndsItsCall_AndTheNextRunGoesOn()
    {
        var isWiped = false;
        _model.Then(Call("c1", "wipe")).Then(Say("Something else."));
        await HostAsync(_model.AsAIAgent(tools: [new ApprovalRequiredAIFunction(AIFunctionFactory.Create(() => isWiped = true, "wipe"))]));
        await AskAsync("r1");
        await EventsAsync("tool_approval_requested");

        await PostAsync("runs/r1/interrupt", "");
        await EventsAsync("run_cancelled");
        await AskAsync("r2");

        var told = await EventsAsync("run_completed");
        told.Where(e => e.Type is "tool_call_started" or "tool_call_result").Select(e => $"{e.Type} {e.RunId}").ShouldBe(["tool_call_started r1", "tool_call_result r1"]);
        told.Single(e => e.Type == "tool_call_result").Payload.GetProperty("error").GetString().ShouldBe("cancelled");
        isWiped.ShouldBeFalse();
    }

    [Fact]
    public async Task Steering_IsTheNextMessage()
    {
        var isSteered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _model.Then(cancel => WaitAsync(isSteered.Task, cancel)).Then(Say("Shorter."));
        await HostAsync(_model.AsAIAgent());
        await AskAsync("r1", "\"Tell me.\"");
        await EventsAsync("agent_message_delta");

        await PostAsync("runs/r1/steer", """{"message":"Shorter!"}""");
        await Eventually.TrueAsync(() => _steered?.Steering.Count == 1, Cancel);
        isSteered.SetResult();

        (await EventsAsync("run_completed"))[^1].Payload.GetProperty("output").GetString().ShouldBe("Shorter.");
        _model.Requests.First(request => request.Messages.Count == 3).Messages.Select(message => message.Text).ShouldBe(["Tell me.", "Long story.", "Shorter!"]);

        async IAsyncEnumerable<ChatResponseUpdate> WaitAsync(Task condition, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
        {
            _steered = RunContext.Current;
            yield return Say("Long story.");
            await condition.WaitAsync(cancel);
        }
    }

    [Fact]
    public async Task Run_Fails_WhenTheModelDoes_AndSaysWhyOnce()
    {
        _model.ThenThrow(new InvalidDataException("no model"), Say("Half a"));
        await HostAsync(_model.AsAIAgent());

        await AskAsync("r1");

        var told = await EventsAsync("run_failed");
        told[^2].Type.ShouldBe("agent_message_end");
        told[^1].Payload.GetRawText().ShouldBe("""{"run_id":"r1","error":"no model","error_type":"InvalidDataException","agent":"helper"}""");
        told.ShouldNotContain(e => e.Type == "run_error");
    }

    [Fact]
    public async Task Agent_IsToldOnce_WhenItsClientPublishesToo()
    {
        _model.Then(Call("c1", "now")).Then(Say("Late."));
        await HostAsync(services => _model.AsBuilder().UseEventStream().Build(services).AsAIAgent(tools: [AIFunctionFactory.Create(() => "late", "now")]));

        await AskAsync("r1");

        (await EventsAsync("run_completed")).Where(e => e.Type is "agent_message_end" or "tool_call_started" or "tool_call_result").Select(e => e.Type).ShouldBe(["tool_call_started", "tool_call_result", "agent_message_end"]);
    }

    [Fact]
    public async Task Handler_WhoseClientPublishes_TellsItInItsRun()
    {
        _model.Then(Say("Because."));
        await HostAsync(services => services.AddAgent("helper", provider =>
        {
            var client = _model.AsBuilder().UseEventStream().Build(provider);
            return async (run, stop) => run.Output = (await client.GetResponseAsync(run.Input!.Value.GetString()!, cancellationToken: stop)).Text;
        }));

        await AskAsync("r1", "\"Why?\"");

        (await EventsAsync("run_completed")).Select(e => $"{e.Type} {e.RunId}").ShouldBe(["run_requested r1", "run_started r1", "agent_message_start r1", "agent_message_delta r1", "agent_message_end r1", "run_completed r1"]);
        RunContext.Current.ShouldBeNull();
    }

    private Task HostAsync(AIAgent agent, Action<AgentOptions>? configure = null) => HostAsync(services => services.AddAgent("helper", agent, configure));

    private Task HostAsync(Func<IServiceProvider, AIAgent> makeAgent) => HostAsync(services => services.AddAgent("helper", makeAgent));

    private async Task HostAsync(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLogging();
        builder.Services.AddEventDispatcher(options => options.Server = _server.Address);
        add(builder.Services);
        _host = builder.Build();
        await _host.StartAsync(Cancel);
    }

    private async Task AskAsync(string run, string input = "\"Hi\"", string session = "s") =>
        (await _server.PostAsync($"/sessions/{session}/runs", $$"""{"agent":"helper","run_id":"{{run}}","input":{{input}}}""")).Status.ShouldBe(HttpStatusCode.Created);

    private async Task PostAsync(string route, string body) => (await _server.PostAsync($"/sessions/s/{route}", body)).Status.ShouldBe(HttpStatusCode.OK);

    private async Task<IReadOnlyList<Told>> EventsAsync(string type)
    {
        IReadOnlyList<Told> told = [];
        await Eventually.TrueAsync(async () => (told = await LogAsync()).Any(stored => stored.Type == type), Cancel);
        return told;
    }

    private async Task<IReadOnlyList<Told>> LogAsync(string session = "s") =>
        [.. (await _server.Bus.ReadAsync(StreamKey.Session(session), Cursor.Zero, 1000, Cancel)).Entries.Select(Envelopes.Read).Select(stored => new Told(stored.Type, JsonElement.Parse(stored.Payload.ToString()), stored.RunId))];

    [GeneratedRegex("msg_[0-9a-f]{32}", RegexOptions.None, 1000)]
    private static partial Regex MadeId();

    private sealed record Told(string Type, JsonElement Payload, string? RunId);
}

using EventStream.Bus.InMemory;
using EventStream.Dispatching;
using EventStream.Tests.Support;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;
using static EventStream.Tests.Support.ScriptedModel;

namespace EventStream.Tests.ExtensionsAI;

/// <summary>How chats end: whole, cut, in runs of their own, and beside a publisher that fails.</summary>
public sealed class ChatEndTests : IAsyncLifetime
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

    [Fact]
    public async Task Fault_EndsWhatIsOpen_AndReachesTheCaller()
    {
        _model.ThenThrow(new InvalidDataException("cut off"), Say("Half a "), Call("c1", "now"));
        using var client = _model.AsBuilder().UseEventStream(_stage.Dispatcher).Build();

        (await Should.ThrowAsync<InvalidDataException>(() => ReadAsync(client.GetStreamingResponseAsync("Hi", ToRun(), Cancel)))).Message.ShouldBe("cut off");

        (await _stage.LinesAsync()).ShouldBe([
            """agent_message_start {"message_id":"msg#1"}""",
            """agent_message_delta {"message_id":"msg#1","delta":"Half a "}""",
            """agent_message_end {"message_id":"msg#1","content":"Half a "}""",
            """tool_call_started {"tool_call_id":"c1","tool_name":"now","args":{}}""",
            """tool_call_result {"tool_call_id":"c1","tool_name":"now","result":null,"error":"cancelled"}""",
            """run_error {"error_type":"InvalidDataException","message":"cut off"}""",
        ]);
    }

    [Fact]
    public async Task Fault_OfAWholeAnswer_IsANotice()
    {
        _model.ThenThrow(new InvalidDataException("no model"));
        using var client = _model.AsBuilder().UseEventStream(_stage.Dispatcher).Build();

        await Should.ThrowAsync<InvalidDataException>(() => client.GetResponseAsync("Hi", ToRun(), Cancel));

        (await _stage.LinesAsync()).ShouldBe(["""run_error {"error_type":"InvalidDataException","message":"no model"}"""]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancellation_EndsTheMessageAndTheThought(bool isThought)
    {
        _model.ThenHang(isThought ? Give(new TextReasoningContent("Half a")) : Say("Half a"));
        using var client = _model.AsBuilder().UseEventStream(_stage.Dispatcher).Build();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync("Hi", ToRun(), leaving.Token)) await leaving.CancelAsync();
        });

        (await _stage.LinesAsync())[^1].ShouldBe(isThought ? """agent_thought {"content":"Half a","message_id":"thought#1"}""" : """agent_message_end {"message_id":"msg#1","content":"Half a"}""");
    }

    [Fact]
    public async Task Reader_WhoLeavesEarly_LeavesNothingOpen()
    {
        _model.Then(Say("One "), Say("two"));

        await foreach (var update in _model.GetStreamingResponseAsync([], null, Cancel).PublishTo(_stage.Run, cancellationToken: Cancel)) break;

        (await _stage.LinesAsync())[^1].ShouldBe("""agent_message_end {"message_id":"msg#1","content":"One "}""");
    }

    [Fact]
    public async Task PublishTo_PassesTheUpdatesOn_AndAloneSpeaks()
    {
        var said = Say("Hello");
        _model.Then(said);
        using var client = _model.AsBuilder().UseEventStream(_stage.Dispatcher, _stage.Session).Build();

        (await client.GetStreamingResponseAsync("Hi", cancellationToken: Cancel).PublishTo(_stage.Run, cancellationToken: Cancel).ToListAsync(Cancel)).ShouldHaveSingleItem().ShouldBeSameAs(said);

        (await _stage.EventsAsync()).Select(e => (e.Type, e.RunId)).ShouldBe([("agent_message_start", "r1"), ("agent_message_delta", "r1"), ("agent_message_end", "r1")]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_IsARunOfItsOwn_WhenOnlyItsSessionIsKnown(bool isNamedByTheCall)
    {
        _model.Then(Call("c1", "now"), Give(new UsageContent(new UsageDetails { TotalTokenCount = 5 }))).Then(Say("Late."), Say(null, end: ChatFinishReason.Stop), Give(new UsageContent(new UsageDetails { TotalTokenCount = 7 })));
        using var client = _model.AsBuilder().UseEventStream(_stage.Dispatcher, isNamedByTheCall ? null : _stage.Session).UseFunctionInvocation().Build();
        var options = new ChatOptions { Tools = [AIFunctionFactory.Create(() => "late", "now")] };

        await ReadAsync(client.GetStreamingResponseAsync("Hi", isNamedByTheCall ? options.PublishTo(_stage.Dispatcher.ForSession(_stage.Session)) : options, Cancel));

        (await _stage.LinesAsync()).Where(line => !line.StartsWith("agent_", StringComparison.Ordinal) && !line.StartsWith("tool_", StringComparison.Ordinal)).ShouldBe([
            """run_started {"run_id":"run#1"}""",
            """run_updated {"run_id":"run#1","usage":{"total_tokens":5}}""",
            """run_completed {"run_id":"run#1","usage":{"total_tokens":12},"stop_reason":"stop"}""",
        ]);
        (await _stage.EventsAsync()).Select(e => e.RunId).Distinct().ShouldHaveSingleItem().ShouldNotBeNull();
    }

    [Fact]
    public async Task OwnRun_FailsAndIsCancelled_AsItsCallIs()
    {
        _model.ThenThrow(new InvalidDataException("no model"), Say("Ha")).ThenHang(Say("Half"));
        using var client = _model.AsBuilder().UseEventStream(_stage.Dispatcher, _stage.Session).Build();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancel);

        await Should.ThrowAsync<InvalidDataException>(() => ReadAsync(client.GetStreamingResponseAsync("Hi", cancellationToken: Cancel)));
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (var update in client.GetStreamingResponseAsync("Hi", cancellationToken: leaving.Token)) await leaving.CancelAsync();
        });

        (await _stage.LinesAsync()).Where(line => line.StartsWith("run_", StringComparison.Ordinal)).ShouldBe([
            """run_started {"run_id":"run#1"}""",
            """run_failed {"run_id":"run#1","error":"no model","error_type":"InvalidDataException"}""",
            """run_started {"run_id":"run#2"}""",
            """run_cancelled {"run_id":"run#2"}""",
        ]);
    }

    [Fact]
    public async Task Target_IsKeptFromTheModel()
    {
        _model.Then(Say("Hello"));
        using var client = _model.AsBuilder().UseEventStream(_stage.Dispatcher).Build();
        var options = ToRun();

        await client.GetResponseAsync("Hi", options, Cancel);
        options.AdditionalProperties.ShouldNotBeNull().Count.ShouldBe(1);

        _model.Requests.Single().Options!.AdditionalProperties.ShouldBeEmpty();
    }

    [Fact]
    public async Task Chat_IsNotTold_AndTheLogSaysSoOnce_WhenItBelongsToNoSession()
    {
        _model.Then(Say("one")).Then(Say("two"));
        var logs = new RecordingLoggerFactory();
        using var client = _model.AsBuilder().UseEventStream(_stage.Dispatcher, loggerFactory: logs).Build();

        (await client.GetResponseAsync("Hi", cancellationToken: Cancel)).Text.ShouldBe("one");
        (await client.GetResponseAsync("Hi", cancellationToken: Cancel)).Text.ShouldBe("two");

        logs.Logger.Lines.ShouldBe(["Warning ChatWithoutSession"]);
        (await _stage.LinesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Chat_GoesOn_WhenItsPublisherIsGone()
    {
        _model.Then(Say("one"), Say("two"));
        var logs = new RecordingLoggerFactory();
        var gone = new EventDispatcher(new InMemoryEventBus());
        await gone.DisposeAsync();
        using var client = _model.AsBuilder().UseEventStream(gone, "s", logs).Build();

        (await client.GetStreamingResponseAsync("Hi", cancellationToken: Cancel).ToChatResponseAsync(Cancel)).Text.ShouldBe("onetwo");

        logs.Logger.Lines.ShouldBe(["Warning ChatNotTold"]);
    }

    [Fact]
    public async Task Chat_GoesOn_WhenTheBusTakesNothing_AndTheDispatcherIsFull()
    {
        var appender = new ScriptedAppender();
        appender.Hold("s");
        var logs = new RecordingLoggerFactory();
        using var full = new EventDispatcher(appender, new DispatcherOptions { Capacity = 2, DisposeTimeout = TimeSpan.Zero, OnFailed = _ => { } }, logger: NullLogger<EventDispatcher>.Instance);
        _model.Then([.. Enumerable.Range(0, 50).Select(i => Say($"{i} "))]);
        using var client = _model.AsBuilder().UseEventStream(full, "s", logs).Build();

        (await client.GetStreamingResponseAsync("Hi", cancellationToken: Cancel).ToChatResponseAsync(Cancel)).Text.ShouldEndWith("49 ");

        logs.Logger.Lines.ShouldBe(["Warning ChatNotTold"]);
        appender.LetGo("s");
    }

    private ChatOptions ToRun() => new ChatOptions().PublishTo(_stage.Run);

    private static async Task ReadAsync(IAsyncEnumerable<ChatResponseUpdate> updates)
    {
        await foreach (var update in updates.WithCancellation(Cancel)) update.ShouldNotBeNull();
    }

    private sealed class RecordingLoggerFactory : ILoggerFactory
    {
        public RecordingLogger<ChatEndTests> Logger { get; } = new();

        public ILogger CreateLogger(string categoryName) => Logger;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
            // It holds nothing.
        }
    }
}

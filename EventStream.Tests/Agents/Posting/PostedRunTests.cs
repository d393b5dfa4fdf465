using System.Text.Json;
using EventStream.Api.Access;
using EventStream.Api.Agents;
using EventStream.Api.Agents.Posting;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Agents.Posting;

/// <summary>What is published when a client posts its conversation.</summary>
public sealed class PostedRunTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly string _session = $"s-{Guid.NewGuid():N}";

    private StreamKey Stream => StreamKey.Session(_session);

    [Fact]
    public async Task Ask_TellsTheUsersMessage_ThenTheRun_InOneBatch()
    {
        var joined = await AskAsync("r1", User("m1", "Is it up?"));

        (joined.RunId, joined.HasEnded).ShouldBe(("r1", false));
        (await EventsAsync()).ShouldBe([
            """message_created {"message_id":"m1","role":"user","content":"Is it up?"}""",
            """run_requested {"run_id":"r1","agent":"assistant","input":{"messages":[{"id":"m1","role":"user","content":"Is it up?"}]},"thread_id":"t"}""",
        ]);
        joined.AskedAt!.Value.Offset.ShouldBe(2);
    }

    [Fact]
    public async Task Ask_JoinsTheRun_WhenItIsRepeated()
    {
        await AskAsync("r1", User("m1", "Is it up?"));

        (await AskAsync("r1", User("m1", "Is it up?"))).ShouldBe(new JoinedRun("r1", AskedAt: null, HasEnded: false));
        await EndAsync("r1");
        (await AskAsync("r1", User("m1", "Is it up?"))).HasEnded.ShouldBeTrue();

        (await TypesAsync()).ShouldBe(["message_created", "run_requested", "run_completed"]);
    }

    [Fact]
    public async Task Ask_TellsOnlyWhatTheLogLacks()
    {
        await AskAsync("r1", User("m1", "One?"));
        await AnswerAsync("r1", "a1", "One.");

        await AskAsync("r2", User("m1", "One?"), Message("a1", "assistant", "One."), User("m2", "Two?"));

        (await EventsAsync())[^2..].ShouldBe([
            """message_created {"message_id":"m2","role":"user","content":"Two?"}""",
            """run_requested {"run_id":"r2","agent":"assistant","input":{"messages":[{"id":"m2","role":"user","content":"Two?"}]},"thread_id":"t"}""",
        ]);
    }

    [Fact]
    public async Task Ask_GivesTheAgentTheQuestionAgain_WhenItsAnswerIsToBeAnother()
    {
        await AskAsync("r1", User("m1", "One?"));
        await AnswerAsync("r1", "a1", "One.");

        await AskAsync("r2", User("m1", "One?"));

        (await TypesAsync()).Count(type => type == "message_created").ShouldBe(1);
        (await InputAsync()).ShouldBe("""{"messages":[{"id":"m1","role":"user","content":"One?"}]}""");
    }

    [Fact]
    public async Task Ask_TellsAChangedMessage_EachTimeItChanges()
    {
        await AskAsync("r1", User("m1", "One?"));
        await AskAsync("r2", User("m1", "Two?"));
        await AskAsync("r3", User("m1", "One?"));
        await AskAsync("r4", User("m1", "One?"));

        (await EventsAsync()).Where(next => next.StartsWith("message_", StringComparison.Ordinal)).ShouldBe([
            """message_created {"message_id":"m1","role":"user","content":"One?"}""",
            """message_updated {"message_id":"m1","content":"Two?","replace":true,"role":"user"}""",
            """message_updated {"message_id":"m1","content":"One?","replace":true,"role":"user"}""",
        ]);
    }

    [Fact]
    public async Task Ask_TellsAllThatUsersSaid_WhenTheLogIsLost_AndGivesTheAgentAsMuchAsHasRoom()
    {
        var conversation = Enumerable.Range(0, 20).SelectMany(number => (PostedMessage[])[User($"m{number}", new string('q', 20_000)), Message($"a{number}", "assistant", "a")]).Append(User("last", "Well?")).ToArray();

        await AskAsync("r1", conversation);

        (await TypesAsync()).Count(type => type == "message_created").ShouldBe(21);
        var input = JsonElement.Parse(await InputAsync());
        var told = input.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("id").GetString()).ToList();
        told[^1].ShouldBe("last");
        told.Count.ShouldBeInRange(20, 30);
        input.GetProperty("messages_omitted").GetInt32().ShouldBe(conversation.Length - told.Count);
    }

    [Fact]
    public async Task Ask_TellsMessagesAgain_WhenTheSessionWasDeleted()
    {
        await AskAsync("r1", User("m1", "One?"));
        await shared.Server.DeleteAsync($"/events/{_session}");

        await AskAsync("r1", User("m1", "One?"));

        (await TypesAsync()).ShouldBe(["message_created", "run_requested"]);
    }

    [Fact]
    public async Task Ask_GivesTheAgentResultsAndFurtherMembers_AndPartsAsTheyCame()
    {
        var result = Message("x1", "tool", "42") with { ToolCallId = "tc1" };
        var picture = User("m1", "Look") with { Parts = JsonElement.Parse("""[{"type":"text","text":"Look"},{"type":"image","__proto__":{"a":1.50}}]""") };

        await AskAsync(Posted("r1", picture, Message("a1", "assistant", ""), result) with { Others = [new("tools", JsonElement.Parse("""[{"name":"t"}]"""))] });

        (await InputAsync()).ShouldBe("""{"messages":[{"id":"m1","role":"user","content":"Look","parts":[{"type":"text","text":"Look"},{"type":"image","__proto__":{"a":1.50}}]},{"id":"a1","role":"assistant","content":""},{"id":"x1","role":"tool","content":"42","tool_call_id":"tc1"}],"tools":[{"name":"t"}]}""");
    }

    [Fact]
    public async Task Ask_IsAConflict_WhenTheRunBelongsToAnotherThread()
    {
        await AskAsync("r1", User("m1", "One?"));

        (await Should.ThrowAsync<RunConflictException>(() => AskAsync(Posted("r1", User("m1", "One?")) with { ThreadId = "other" })))
            .Message.ShouldStartWith("Run 'r1' was asked for in the thread 't', not in 'other'");
    }

    [Fact]
    public async Task Ask_NamesTheMessage_ThatIsLargerThanAnEventMayBe()
    {
        var refusal = await Should.ThrowAsync<EventRejectedException>(() => AskAsync("r1", User("m1", new string('q', 300_000))));

        (refusal.Pointer, refusal.IsTooLarge).ShouldBe(("/messages/0", true));
        (await TypesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Ask_JoinsTheRun_UnderTheIdThatItGoesOnAs()
    {
        await AskAsync("r1", User("m1", "One?"));
        await PublishAsync(new ToolApprovalRequested { ApprovalId = "q", RunId = "r1", ToolCallId = "tc", ToolName = "t", Args = JsonElement.Parse("{}") },
            new ToolApprovalAnswered { ApprovalId = "q", RunId = "r1", Approved = true, ContinuedAs = "r2" });

        (await AskAsync("r2", User("m1", "One?"))).ShouldBe(new JoinedRun("r1", AskedAt: null, HasEnded: false));
    }

    private static PostedMessage User(string id, string text) => Message(id, "user", text);

    private static PostedMessage Message(string id, string role, string text) => new("/messages/0", id, role, text);

    private static PostedRun Posted(string run, params PostedMessage[] messages) => new() { RunId = run, ThreadId = "t", Agent = "assistant", Messages = messages };

    private Task<JoinedRun> AskAsync(string run, params PostedMessage[] messages) => AskAsync(Posted(run, messages));

    private Task<JoinedRun> AskAsync(PostedRun posted) =>
        shared.Server.Services.GetRequiredService<PostedRuns>().AskAsync(new CommandCaller(Stream, Caller.Anyone, Allowance: null, Name: null), posted, TestContext.Current.CancellationToken);

    private Task<Cursor[]> AnswerAsync(string run, string message, string text) =>
        PublishAsync(new AgentMessageStart { MessageId = message }, new AgentMessageEnd { MessageId = message, Content = text }, new RunCompleted { RunId = run });

    private Task<Cursor[]> EndAsync(string run) => PublishAsync(new RunCompleted { RunId = run });

    private Task<Cursor[]> PublishAsync(params CanonicalPayload[] payloads) =>
        shared.Server.AppendAsync(_session, [.. payloads.Select(payload => new EventFactory(TimeProvider.System).Create(_session, payload))]);

    private async Task<string> InputAsync() => JsonElement.Parse((await EventsAsync())[^1]["run_requested ".Length..]).GetProperty("input").GetRawText();

    private async Task<string[]> TypesAsync() => [.. (await EventsAsync()).Select(next => next.Split(' ')[0])];

    private async Task<string[]> EventsAsync()
    {
        var page = await shared.Server.Bus.ReadAsync(Stream, Cursor.Zero, 1000, TestContext.Current.CancellationToken);
        return [.. page.Entries.Select(entry => EventReader.ReadLogged(entry.Envelope.Span)).Select(next => $"{next.Type} {next.Payload}")];
    }
}

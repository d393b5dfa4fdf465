using System.Net.ServerSentEvents;
using System.Text.Json;
using EventStream.Api.Streaming.Requests;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

public sealed class NamedStreamTests : IAsyncDisposable
{
    private const string Session = "s";
    private const string Run = "r1";
    private static readonly EventFactory Factory = new(TimeProvider.System);

    private readonly TestServer _server = TestServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("", "run_started tool_call_started agent_status note run_completed")]
    [InlineData("?names=canonical", "run_started tool_call_started agent_status note run_completed")]
    [InlineData("?names=native", "AgentExecutionStarted tool.call agent_status note run_completed")]
    [InlineData("?names=reverb", "run_started agent.tool.started agent.status note run_completed")]
    [InlineData("?names=native&types=tool_*,note", "tool.call note")]
    [InlineData("?names=reverb&types=agent_status", "agent.status")]
    [InlineData("?names=reverb&types=agent.status", "")]
    public async Task Get_WritesTheNamesThatAreAskedFor_LiveAndFromTheLog(string query, string expected)
    {
        var names = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        await using var live = await _server.OpenAsync($"/events/{Session}{query}");
        await live.NextAsync();
        var cursors = await PublishAsync();
        await using var late = await _server.OpenAsync($"/events/{Session}{query}", "0-0");
        (await late.NextAsync()).EventType.ShouldBe("session_stream_started");

        foreach (var items in new[] { await live.NextAsync(names.Length), await late.NextAsync(names.Length) })
        {
            items.Select(item => item.EventType).ShouldBe(names);
            items.Select(Type).ShouldBe(names);
            items.ShouldAllBe(item => cursors.Contains(Cursor.Parse(item.EventId!)));
        }
    }

    [Fact]
    public async Task Get_EndsWithTheRun_WhateverItIsCalled()
    {
        await using var client = await _server.OpenAsync($"/events/{Session}?names=native&close=terminal&run_id={Run}");
        await client.NextAsync();
        await PublishAsync(endedAs: "AgentExecutionCompleted");
        (await client.ReadToEndAsync()).Select(item => item.EventType).ShouldBe(["AgentExecutionStarted", "AgentExecutionCompleted", "stream_closing"]);
    }

    [Fact]
    public async Task Get_RefusesTheName_WhenItIsNone()
    {
        var answer = await _server.GetAsync($"/events/{Session}?names=agui");
        ((int)answer.Status, answer.Title![..20]).ShouldBe((400, "names is 'agui'; it "));
        foreach (var dialect in DialectQuery.Names) answer.Title.ShouldContain(dialect.Name);
    }

    [Fact]
    public async Task History_HasCanonicalNames_WhateverIsAskedOfIt()
    {
        await PublishAsync();
        var events = (await _server.GetAsync($"/events/{Session}/history?names=native")).Json.GetProperty("events");
        events.EnumerateArray().Select(item => item.GetProperty("type").GetString()).ShouldBe(["run_started", "tool_call_started", "agent_status", "note", "run_completed"]);
    }

    private static string? Type(SseItem<string> item) => JsonElement.Parse(item.Data).GetProperty("type").GetString();

    private Task<Cursor[]> PublishAsync(string? endedAs = null) => _server.AppendAsync(Session,
        Factory.Create(Session, new RunStarted { RunId = Run }) with { Source = "cognesy", SourceType = "AgentExecutionStarted" },
        Factory.Create(Session, new ToolCallStarted { ToolCallId = "t", ToolName = "ls", Args = JsonElement.Parse("{}") }) with { Source = "eddie", SourceType = "tool.call" },
        Factory.Create(Session, new AgentStatus { Status = "thinking" }) with { Source = "eddie", SourceType = "error" },
        Factory.Create(Session, "note", EventPayload.Empty),
        Factory.Create(Session, new RunCompleted { RunId = Run }) with { SourceType = endedAs });
}

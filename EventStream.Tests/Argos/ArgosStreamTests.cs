using System.Net;
using System.Text.Json;
using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Argos;

/// <summary>The addresses that frontends of Argos use: Argos' own frames, from the first event to the one that ends the job or run.</summary>
public sealed class ArgosStreamTests : IAsyncDisposable
{
    private const string Prefix = "/api/stream/projects/p1";

    private readonly TestServer _server = TestServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("ingest", "job", "ingest.job")]
    [InlineData("agent-runs", "run", "agent.run")]
    [InlineData("workflows", "run", "workflow.run")]
    public async Task Get_SendsArgosFramesFromTheEarliest_UntilTheTerminalOne(string kind, string entity, string family)
    {
        await IngestAsync(Frame(family, "created", entity, "queued"), Frame(family, "updated", entity, "running"));
        await using var client = await _server.OpenAsync($"{Prefix}/{kind}/e1/events");
        client.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var first = await client.NextAsync(2);
        await IngestAsync(Frame(family, "completed", entity, "completed"));
        var rest = await client.ReadToEndAsync();

        var frames = first.Concat(rest).ToList();
        frames.Select(frame => frame.EventType).ShouldBe([$"{family}.created", $"{family}.updated", $"{family}.completed", "stream_closing"]);
        foreach (var frame in frames[..3])
        {
            var json = JsonElement.Parse(frame.Data);
            json.EnumerateObject().Select(member => member.Name).ShouldBe(["type", "timestamp", entity]);
            json.GetProperty("type").GetString().ShouldBe(frame.EventType);
            json.GetProperty(entity).GetProperty("id").GetString().ShouldBe("e1");
        }
        JsonElement.Parse(frames[2].Data).GetProperty(entity).GetProperty("status").GetString().ShouldBe("completed");
        // The position comes first, so that a client that drops at once loses nothing. Our own greeting isn't sent.
        client.Raw.ShouldStartWith($"retry: 2000\nid: {client.Position with { Offset = 0 }}\n\nid: ");

        await using var again = await _server.OpenAsync($"{Prefix}/{kind}/e1/events", client.LastId);
        again.Response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Get_GoesOnAfterTheCursor_WhenAClientComesBack()
    {
        await IngestAsync(Frame("ingest.job", "created", "job", "queued"), Frame("ingest.job", "updated", "job", "running"), Frame("ingest.job", "failed", "job", "failed"));
        await using var client = await _server.OpenAsync($"{Prefix}/ingest/e1/events");
        var all = await client.ReadToEndAsync();
        await using var again = await _server.OpenAsync($"{Prefix}/ingest/e1/events", all[0].EventId);
        var rest = await again.ReadToEndAsync();
        rest.SkipLast(1).Select(frame => (frame.EventId, frame.Data)).ShouldBe(all.Skip(1).SkipLast(1).Select(frame => (frame.EventId, frame.Data)));
        rest[^1].EventType.ShouldBe("stream_closing");
    }

    [Theory]
    [InlineData("/api/stream/projects/p2/ingest/e1")]
    [InlineData("/api/stream/projects/p1/ingest/e2")]
    [InlineData("/api/stream/projects/p1/agent-runs/e1")]
    [InlineData("/api/stream/projects/p1/workflows/e1")]
    public async Task Get_Answers404_WhenTheProjectHasNoSuchJob(string path)
    {
        await IngestAsync(Frame("ingest.job", "created", "job", "queued"));
        var answer = await _server.GetAsync($"{path}/events");
        answer.Status.ShouldBe(HttpStatusCode.NotFound);
        answer.Title.ShouldMatch("^Project 'p[12]' has no (ingest job|agent run|workflow run) 'e[12]' with events\\.$");

        await using var socket = await WebSocketClient.OpenAsync(_server.Address, path);
        var told = (await socket.ReadToEndAsync()).Single();
        told.Payload.GetProperty("reason").GetString().ShouldBe("refused");
        told.Payload.GetProperty("reconnect").GetBoolean().ShouldBeFalse();
        told.Payload.GetProperty("message").GetString().ShouldBe(answer.Title);
        socket.CloseCode.ShouldBe(1008);
    }

    [Theory]
    [InlineData("/api/stream/projects/p1/ingest/-x", "id must be")]
    [InlineData("/api/stream/projects/-p/ingest/e1", "project_id must be")]
    public async Task Get_NamesTheRule_WhenAnIdIsBad(string path, string rule)
    {
        var answer = await _server.GetAsync($"{path}/events");
        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Title.ShouldContain(rule);
    }

    [Fact]
    public async Task Connect_SendsTheSameFrames_OverWebSocket()
    {
        await IngestAsync(Frame("agent.run", "created", "run", "pending"), Frame("agent.run", "started", "run", "running"));
        await using var socket = await WebSocketClient.OpenAsync(_server.Address, $"{Prefix}/agent-runs/e1");
        var first = await socket.NextAsync(2);
        await IngestAsync("""{"type":"agent.message.appended","message":{"id":"m1","run_id":"e1","role":"user","content":"hi"}}""", Frame("agent.run", "cancelled", "run", "cancelled"));
        var rest = await socket.ReadToEndAsync();
        socket.CloseCode.ShouldBe(1000);
        await using var sse = await _server.OpenAsync($"{Prefix}/agent-runs/e1/events");
        var blocks = await sse.ReadToEndAsync();
        first.Concat(rest).SkipLast(1).Select(message => message.Text).ShouldBe(blocks.SkipLast(1).Select(block => block.Data));
        rest.Select(message => message.Type).ShouldBe(["agent.message.appended", "agent.run.cancelled", "stream_closing"]);

        await using var again = await WebSocketClient.OpenAsync(_server.Address, $"{Prefix}/agent-runs/e1?last_event_id={sse.LastId}");
        (await again.ReadToEndAsync()).Select(message => message.Type).ShouldBe(["stream_closing"]);
        again.CloseCode.ShouldBe(1000);
    }

    [Fact]
    public async Task Get_GoesOn_WhenAnotherRunOfItsSessionEnds()
    {
        await _server.PostAsync("/events/e1", """[{"type":"run_started","payload":{},"run_id":"e1","project_id":"p1"},{"type":"run_completed","payload":{},"run_id":"other"}]""");
        await using var client = await _server.OpenAsync($"{Prefix}/agent-runs/e1/events");
        await client.NextAsync(2);
        await _server.PostAsync("/events/e1", """[{"type":"tool_call_started","payload":{"tool_call_id":"c","tool_name":"bash","args":{}},"run_id":"e1"},{"type":"run_failed","payload":{"error":"no"},"run_id":"e1"}]""");
        var rest = await client.ReadToEndAsync();
        rest.Select(frame => frame.EventType).ShouldBe(["tool_call_started", "agent.run.failed", "stream_closing"]);
        // An event that has no frame in Argos keeps its payload.
        JsonElement.Parse(rest[0].Data).GetProperty("payload").GetProperty("tool_name").GetString().ShouldBe("bash");
    }

    [Fact]
    public async Task Get_EndsWithTheJobItIsOf_WhateverRunsAndJobsItsEventsName()
    {
        await _server.PostAsync("/events/e1", """[{"type":"ingest_job_created","payload":{"job_id":"e1"},"project_id":"p1","run_id":"r"},{"type":"ingest_job_completed","payload":{"job_id":"another"}}]""");
        await using var client = await _server.OpenAsync($"{Prefix}/ingest/e1/events");
        await client.NextAsync(2);
        await _server.PostAsync("/events/e1", """{"type":"ingest_job_completed","payload":{"job_id":"e1"},"run_id":"r"}""");
        (await client.ReadToEndAsync()).Select(frame => frame.EventType).ShouldBe(["ingest.job.completed", "stream_closing"]);
        await using var again = await _server.OpenAsync($"{Prefix}/ingest/e1/events", client.LastId);
        again.Response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Get_SendsAllUpToTheLastEnd_OfAJobThatWasRunAgain()
    {
        await IngestAsync(Frame("ingest.job", "failed", "job", "failed"), Frame("ingest.job", "updated", "job", "running"), Frame("ingest.job", "completed", "job", "completed"));
        await using var client = await _server.OpenAsync($"{Prefix}/ingest/e1/events");
        (await client.ReadToEndAsync()).Select(frame => frame.EventType).ShouldBe(["ingest.job.failed", "ingest.job.updated", "ingest.job.completed", "stream_closing"]);
    }

    [Fact]
    public async Task Get_TellsInsideAStream_WhenTheBusIsAway()
    {
        await using var server = TestServer.StartWith(new FailingBus(() => new BusUnavailableException("away")));
        await using var client = await server.OpenAsync($"{Prefix}/ingest/e1/events");
        client.Response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var told = (await client.ReadToEndAsync()).Single();
        told.EventType.ShouldBe("stream_closing");
        told.Data.ShouldContain("\"reason\":\"unavailable\",\"reconnect\":true");

        await using var socket = await WebSocketClient.OpenAsync(server.Address, $"{Prefix}/ingest/e1");
        (await socket.ReadToEndAsync()).Single().Payload.GetProperty("reason").GetString().ShouldBe(SubscriberEnd.Unavailable.Name);
        socket.CloseCode.ShouldBe(1013);
    }

    private static string Frame(string family, string verb, string entity, string status) =>
        $$$"""{"type":"{{{family}}}.{{{verb}}}","timestamp":"2025-12-19T07:39:07.123456+00:00","{{{entity}}}":{"id":"e1","project_id":"p1","status":"{{{status}}}"}}""";

    private async Task IngestAsync(params string[] frames)
    {
        foreach (var frame in frames) (await _server.PostAsync("/ingest/argos", frame)).Status.ShouldBe(HttpStatusCode.OK);
    }
}

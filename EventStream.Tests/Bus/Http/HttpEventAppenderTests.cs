using System.Net;
using EventStream.Bus;
using EventStream.Bus.Http;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Http;

public sealed class HttpEventAppenderTests
{
    private static readonly EventFactory Factory = new(FixedTime.Instance);

    private readonly AppendRequest _request = new()
    {
        Stream = StreamKey.Session("team:a"),
        Events = [Made("e1"), Made("e2"), Made("e3")],
        Producer = new ProducerPosition("p", 1),
    };

    [Fact]
    public async Task AppendAsync_SendsOneWholeEnvelopePerLine_ToTheSession()
    {
        string? path = null, type = null, body = null;
        await AgainstAsync(async context =>
        {
            (path, type) = (context.Request.Path, context.Request.ContentType);
            using var reader = new StreamReader(context.Request.Body);
            body = await reader.ReadToEndAsync(context.RequestAborted);
            await WriteAsync(context, 200, Receipts);
        });

        path.ShouldBe("/events/team:a");
        type.ShouldBe("application/x-ndjson");
        var read = EventReader.ReadLines(System.Text.Encoding.UTF8.GetBytes(body!), new EventDefaults(SessionId: null, TimeProvider.System));
        read.ShouldBe(_request.Events, EventEquality.Comparer);
    }

    [Theory]
    [InlineData(true, "?broadcast=true")]
    [InlineData(false, "")]
    public async Task AppendAsync_AsksForBroadcast_OnlyWhenTheRequestDoes(bool broadcast, string asked)
    {
        string? query = null;
        await AgainstAsync(context =>
        {
            query = context.Request.QueryString.Value;
            return WriteAsync(context, 200, Receipts);
        }, _request with { Broadcast = broadcast });
        query.ShouldBe(asked);
    }

    [Fact]
    public async Task AppendAsync_ReadsTheReceipts_WhenEventsAreStored()
    {
        var result = await AgainstAsync(context => WriteAsync(context, 200, Receipts));
        result.Receipts.ShouldBe(
        [
            new EventReceipt("e1", new Cursor(7, 41), AppendOutcome.Duplicate),
            new EventReceipt("e2", new Cursor(7, 42), AppendOutcome.Stored),
            new EventReceipt("e3", null, AppendOutcome.RunEnded),
        ]);
        result.Head.ShouldBe(new Cursor(7, 42));
    }

    [Theory]
    [InlineData("""[{"event_id":"e1","outcome":"run_ended"},{"event_id":"e2","id":null,"outcome":"run_ended"},{"event_id":"e3","outcome":"run_ended"}]""")]
    [InlineData("""{"title":"The run has ended.","status":409,"receipts":[{"event_id":"e1","outcome":"run_ended"},{"event_id":"e2","outcome":"run_ended"},{"event_id":"e3","outcome":"run_ended"}]}""")]
    public async Task AppendAsync_ReadsTheReceipts_WhenTheRunsHadEnded(string body)
    {
        var result = await AgainstAsync(context => WriteAsync(context, 409, body));
        result.Receipts.ShouldAllBe(receipt => receipt.Outcome == AppendOutcome.RunEnded && receipt.Cursor == null);
        result.Receipts.Count.ShouldBe(3);
        result.Head.ShouldBe(Cursor.Zero);
    }

    [Fact]
    public async Task AppendAsync_ReadsTheReceipt_WhenItIsNoArray()
    {
        var result = await AgainstAsync(context => WriteAsync(context, 200, """{"event_id":"e1","id":"7-1","outcome":"stored"}"""), _request with { Events = [Made("e1")] });
        result.Receipts.ShouldHaveSingleItem().Cursor.ShouldBe(new Cursor(7, 1));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task AppendAsync_ThrowsUnavailable_WhenTheServerCannotNow(int status)
    {
        var thrown = await Should.ThrowAsync<BusUnavailableException>(AgainstAsync(context => WriteAsync(context, status, """{"title":"Redis is away.","detail":"Try again."}""")));
        thrown.Message.ShouldEndWith($"answered {status}: Redis is away. Try again.");
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(413, true)]
    [InlineData(415, false)]
    public async Task AppendAsync_ThrowsRejected_WhenTheServerRefusesTheEvents(int status, bool isTooLarge)
    {
        var thrown = await Should.ThrowAsync<EventRejectedException>(AgainstAsync(context => WriteAsync(context, status, """{"title":"/type must be a name.","status":400}""")));
        thrown.Message.ShouldBe($"The server refuses the events with {status}: /type must be a name.");
        thrown.IsTooLarge.ShouldBe(isTooLarge);
    }

    [Theory]
    [InlineData(404, "<html>")]
    [InlineData(401, "")]
    [InlineData(204, "[]")]
    public async Task AppendAsync_NamesTheStatus_WhenItIsNoneOfAServersOwn(int status, string body)
    {
        var thrown = await Should.ThrowAsync<HttpRequestException>(AgainstAsync(context => status == 204 ? SetStatus(context, status) : WriteAsync(context, status, body)));
        thrown.StatusCode.ShouldBe((HttpStatusCode)status);
        thrown.Message.ShouldContain("check the base address");
        thrown.Message.ShouldEndWith("It gives no reason.");
    }

    [Theory]
    [InlineData("<html>welcome</html>")]
    [InlineData("null")]
    [InlineData("""[{"event_id":"e1","outcome":"stored"}]""")]
    [InlineData("""[{"event_id":"e1","outcome":"stored"},{"event_id":"e3","outcome":"stored"},{"event_id":"e2","outcome":"stored"}]""")]
    [InlineData("""[{"event_id":"e1","outcome":"eaten"},{"event_id":"e2","outcome":"stored"},{"event_id":"e3","outcome":"stored"}]""")]
    [InlineData("""[{"event_id":"e1","id":"x","outcome":"stored"},{"event_id":"e2","outcome":"stored"},{"event_id":"e3","outcome":"stored"}]""")]
    public async Task AppendAsync_ThrowsUnavailable_WhenTheAnswerIsNoReceipt(string body) =>
        await Should.ThrowAsync<BusUnavailableException>(AgainstAsync(context => WriteAsync(context, 200, body)));

    [Fact]
    public async Task AppendAsync_ThrowsUnavailable_WhenNothingListens()
    {
        await using var server = await LoopbackServer.StartAsync(_ => Task.CompletedTask, TestContext.Current.CancellationToken);
        var address = server.Address;
        await server.DisposeAsync();
        using var client = new HttpClient { BaseAddress = address };
        await Should.ThrowAsync<BusUnavailableException>(async () => await new HttpEventAppender(client).AppendAsync(_request, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AppendAsync_ThrowsUnavailable_WhenTheConnectionBreaks() =>
        await Should.ThrowAsync<BusUnavailableException>(AgainstAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        }));

    [Fact]
    public async Task AppendAsync_ThrowsUnavailable_WhenTheClientsTimeoutPasses() =>
        await Should.ThrowAsync<BusUnavailableException>(AgainstAsync(
            context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default), timeout: TimeSpan.FromMilliseconds(200)));

    [Fact]
    public async Task AppendAsync_ThrowsCancelled_WhenItsCallerCancels()
    {
        using var stopping = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(AgainstAsync(async context =>
        {
            await stopping.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        }, cancellationToken: stopping.Token));
    }

    [Fact]
    public async Task AppendAsync_SaysWhatIsNotSupported()
    {
        using var client = new HttpClient { BaseAddress = new Uri("http://127.0.0.1/") };
        var appender = new HttpEventAppender(client);
        (await Should.ThrowAsync<NotSupportedException>(async () => await appender.AppendAsync(_request with { Stream = StreamKey.Broadcast }, TestContext.Current.CancellationToken)))
            .Message.ShouldContain("broadcast:all");
        (await Should.ThrowAsync<NotSupportedException>(async () => await appender.AppendAsync(_request with { ExpectedHead = Cursor.Zero }, TestContext.Current.CancellationToken)))
            .Message.ShouldContain("ExpectedHead");
    }

    [Fact]
    public void Constructor_AsksForABaseAddress_WhenThereIsNone()
    {
        using var client = new HttpClient();
        Should.Throw<ArgumentException>(() => new HttpEventAppender(client)).Message.ShouldContain("BaseAddress");
    }

    private const string Receipts = """[{"event_id":"e1","id":"7-41","outcome":"duplicate"},{"event_id":"e2","id":"7-42","outcome":"stored"},{"event_id":"e3","outcome":"run_ended"}]""";

    private static Event Made(string id) => Factory.Create("team:a", new AgentThought { Content = "é\n日本" },
        new PublishOptions { EventId = id, RunId = "r", ProjectId = "p", AgentId = "a", Traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" });

    private static Task SetStatus(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body, context.RequestAborted);
    }

    private async Task<AppendResult> AgainstAsync(RequestDelegate handler, AppendRequest? request = null, TimeSpan? timeout = null, CancellationToken? cancellationToken = null)
    {
        await using var server = await LoopbackServer.StartAsync(handler, TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = timeout ?? Timeouts.Default };
        return await new HttpEventAppender(client).AppendAsync(request ?? _request, cancellationToken ?? TestContext.Current.CancellationToken);
    }
}

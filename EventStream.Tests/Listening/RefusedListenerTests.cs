using System.Net;
using System.Text;
using EventStream.Bus;
using EventStream.Listening;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Listening;

/// <summary>What answers is no server: what can't ever work is said once with its fix, what may pass is tried again.</summary>
public sealed class RefusedListenerTests
{
    private const string Started = "id: 7-1\nevent: session_stream_started\ndata: {\"event_id\":\"e\",\"session_id\":\"s\",\"timestamp\":\"2026-11-21T03:14:45.123Z\",\"type\":\"session_stream_started\",\"payload\":{\"message\":\"m\",\"cursor\":\"7-1\",\"resume\":\"none\",\"replayed\":0}}\n\n";

    private readonly List<string> _asked = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(301, "redirects to https://elsewhere.example/")]
    [InlineData(307, "make the address that it redirects to the base address")]
    [InlineData(400, "answered 400 where a stream is read")]
    [InlineData(403, "refuses this listener with 403: No.")]
    [InlineData(404, "answered 404 where a stream is read; check the base address")]
    [InlineData(501, "answered 501 where a stream is read")]
    public async Task ReadAsync_AsksOnceAndSaysTheFix_WhenRepeatingCannotHelp(int status, string said)
    {
        var failure = await FailureAsync(context => AnswerAsync(context, status));
        (failure.StatusCode, _asked.Count).ShouldBe(((HttpStatusCode)status, 1));
        failure.Message.ShouldContain(said);
    }

    [Theory]
    [InlineData("text/html", "<html></html>", "it sends text/html where a stream is read")]
    [InlineData("text/event-stream", "event: hello\ndata: {}\n\n", "doesn't begin with session_stream_started")]
    [InlineData("text/event-stream", "event: session_stream_started\ndata: {\n\n", "doesn't begin with session_stream_started")]
    [InlineData("text/event-stream", "event: session_stream_started\ndata: {\"session_id\":\"s\",\"type\":\"session_stream_started\",\"payload\":{\"cursor\":\"x\"}}\n\n", "doesn't begin with session_stream_started")]
    public async Task ReadAsync_SaysWhatAnswers_WhenItIsNoServerOfOurs(string type, string body, string said)
    {
        var failure = await FailureAsync(context =>
        {
            context.Response.ContentType = type;
            return context.Response.WriteAsync(body, Cancel);
        });
        failure.Message.ShouldContain(said);
        _asked.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task ReadAsync_AsksAgainAfterTheTimeThatItIsTold(int status)
    {
        var time = new SteppedTime();
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            _asked.Add("");
            context.Response.Headers.RetryAfter = "7";
            return _asked.Count < 2 ? AnswerAsync(context, status) : StreamAsync(context, Started);
        }, Cancel);
        using var http = Client(server.Address);
        await using var client = new ListenerClient(new StreamListener(http, time), StreamKey.Session("s"), StartFrom.Live);
        var starting = client.StartAsync();
        var waited = TimeSpan.Zero;
        while (!starting.IsCompleted)
        {
            await Eventually.TrueAsync(() => starting.IsCompleted || _asked.Count == 1 && time.UntilNextTimer is { TotalSeconds: < 14 }, Cancel);
            if (!starting.IsCompleted && _asked.Count == 1) waited += await time.AdvanceToNextTimerAsync(Cancel);
        }
        (await starting).Cursor.ShouldBe("7-1");
        waited.ShouldBeInRange(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task ReadAsync_GoesOnAfterTheLastWholeEvent_WhenTheServerEndsTheStream()
    {
        var note = "event: note\ndata: {\"event_id\":\"n\",\"session_id\":\"s\",\"timestamp\":\"2026-11-21T03:14:45.123Z\",\"type\":\"note\",\"payload\":{}}\n";
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            _asked.Add(context.Request.Headers["Last-Event-ID"].ToString());
            return _asked.Count switch
            {
                // An event that can't be read, one that is whole, and one that is cut off.
                1 => StreamAsync(context, $"retry: 10\n{Started}id: 7-2\nevent: note\ndata: {{\n\nid: 7-3\n{note}\nid: 7-4\n{note}", isOpen: false),
                2 => StreamAsync(context, Started.Replace("7-1", "7-3", StringComparison.Ordinal).Replace("none", "full", StringComparison.Ordinal) + $"id: 7-4\n{note}\n"),
                _ => AnswerAsync(context, 404),
            };
        }, Cancel);
        using var http = Client(server.Address);
        await using var client = new ListenerClient(new StreamListener(http), StreamKey.Session("s"), StartFrom.Live);
        await client.StartAsync();
        (await client.NextAsync(2)).Select(item => $"{item.Cursor}").ShouldBe(["7-3", "7-4"]);
        _asked.ShouldBe(["", "7-3"]);
    }

    [Fact]
    public async Task ReadAsync_CutsAConnection_ThatIsSilentForTooLong()
    {
        var time = new SteppedTime();
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            _asked.Add(context.Request.Headers["Last-Event-ID"].ToString());
            return StreamAsync(context, "retry: 10\n" + (_asked.Count == 1 ? Started : Started.Replace("none", "full", StringComparison.Ordinal) + "event: stream_closing\ndata: {\"event_id\":\"c\",\"session_id\":\"s\",\"type\":\"stream_closing\",\"payload\":{\"reason\":\"session_ended\",\"reconnect\":false}}\n\n"));
        }, Cancel);
        using var http = Client(server.Address);
        await using var client = new ListenerClient(new StreamListener(http, time), StreamKey.Session("s"), StartFrom.Live);
        await client.StartAsync();
        var ending = client.ShouldEndAsync("session_ended");
        await Eventually.TrueAsync(() => time.UntilNextTimer is { TotalSeconds: > 40 }, Cancel);
        (await time.AdvanceToNextTimerAsync(Cancel)).ShouldBe(TimeSpan.FromSeconds(45));
        // The pause before it comes back.
        await Eventually.TrueAsync(() => time.UntilNextTimer is { TotalSeconds: < 1 }, Cancel);
        await time.AdvanceToNextTimerAsync(Cancel);
        await ending;
        _asked.ShouldBe(["", "7-1"]);
    }

    [Fact]
    public async Task ReadAsync_CutsAConnection_WhoseEventNeverEnds()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            _asked.Add(context.Request.Headers["Last-Event-ID"].ToString());
            if (_asked.Count > 1)
            {
                await AnswerAsync(context, 404);
                return;
            }
            await StreamAsync(context, "retry: 10\n" + Started, isOpen: false);
            var piece = Encoding.UTF8.GetBytes("data: " + new string('x', 100_000) + "\n");
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        }, Cancel);
        using var http = Client(server.Address);
        await using var client = new ListenerClient(new StreamListener(http), StreamKey.Session("s"), StartFrom.Live);
        await client.StartAsync();
        await Should.ThrowAsync<HttpRequestException>(() => client.NextAsync());
        _asked.ShouldBe(["", "7-1"]);
    }

    [Fact]
    public void Constructor_NamesTheFix_WhenTheClientHasNoAddress()
    {
        using var client = new HttpClient();
        Should.Throw<ArgumentException>(() => new StreamListener(client)).Message.ShouldContain("BaseAddress");
    }

    private static HttpClient Client(Uri address) => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };

    private async Task<HttpRequestException> FailureAsync(RequestDelegate answer)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            _asked.Add(context.Request.Path);
            return answer(context);
        }, Cancel);
        using var http = Client(server.Address);
        await using var client = new ListenerClient(new StreamListener(http), StreamKey.Session("s"), StartFrom.Live);
        var failure = await Should.ThrowAsync<HttpRequestException>(() => client.NextAsync());
        failure.Message.ShouldContain(server.Address.ToString());
        return failure;
    }

    private static async Task StreamAsync(HttpContext context, string text, bool isOpen = true)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(text, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (isOpen) await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private static Task AnswerAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        if (status is >= 300 and < 400) context.Response.Headers.Location = "https://elsewhere.example/";
        return context.Response.WriteAsJsonAsync(new { title = "No." }, Cancel);
    }
}

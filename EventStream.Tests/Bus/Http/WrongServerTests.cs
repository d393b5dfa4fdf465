using System.Net;
using System.Net.Sockets;
using EventStream.Bus;
using EventStream.Bus.Http;
using EventStream.Dispatching;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Http;

/// <summary>An address that isn't a server's: what can't ever work is said at once with its fix and isn't repeated, what may pass is.</summary>
public sealed class WrongServerTests
{
    private int _requests;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(301, "redirects to https://elsewhere.example/events/s")]
    [InlineData(302, "make the address that it redirects to the base address")]
    [InlineData(307, "redirects to https://elsewhere.example/events/s")]
    [InlineData(308, "redirects to https://elsewhere.example/events/s")]
    [InlineData(400, "answered 400 where events are published; check the base address")]
    [InlineData(401, "asks for credentials: give HttpEventAppender a client that sends them")]
    [InlineData(403, "asks for credentials")]
    [InlineData(407, "asks for credentials")]
    [InlineData(404, "answered 404 where events are published; check the base address")]
    [InlineData(405, "answered 405 where events are published; check the base address")]
    [InlineData(415, "answered 415 where events are published; check the base address")]
    [InlineData(501, "answered 501 where events are published; check the base address")]
    [InlineData(505, "answered 505 where events are published; check the base address")]
    public async Task Dispatcher_AsksOnceAndSaysTheFix_WhenAStrangerAnswers(int status, string said)
    {
        await using var server = await LoopbackServer.StartAsync(context => AnswerAsync(context, status), Cancel);
        var failure = await FailureAsync(server.Address);
        failure.Message.ShouldStartWith($"The server at {server.Address} ");
        failure.Message.ShouldContain(said);
        _requests.ShouldBe(1);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(409)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Dispatcher_AsksAgain_WhenTheAnswerMayPass(int status)
    {
        await using var server = await LoopbackServer.StartAsync(context => AnswerAsync(context, status), Cancel);
        (await FailureAsync(server.Address, until: () => Volatile.Read(ref _requests) > 2)).Message.ShouldContain(server.Address.ToString());
    }

    [Fact]
    public async Task Dispatcher_SaysThatTlsFails_WhenThePortSpeaksPlainHttp()
    {
        await using var server = await LoopbackServer.StartAsync(context => AnswerAsync(context, 200), Cancel);
        var address = new UriBuilder(server.Address) { Scheme = "https" }.Uri;
        (await FailureAsync(address)).Message.ShouldStartWith($"TLS with the server at {address} fails; check the scheme, the port and the server's certificate.");
    }

    [Fact]
    public async Task Dispatcher_SaysThatItIsNoServer_WhenThePortSpeaksAnotherProtocol()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(async () =>
        {
            using var socket = await listener.AcceptSocketAsync(Cancel);
            await socket.SendAsync("-ERR unknown command 'POST'\r\n"u8.ToArray(), Cancel);
            await socket.ReceiveAsync(new byte[1000], Cancel);
        }, Cancel);
        var address = new Uri($"http://{listener.LocalEndpoint}/");
        (await FailureAsync(address)).Message.ShouldStartWith($"What answers at {address} is no EventStream server; check the scheme, the host and the port.");
        await answering;
    }

    [Fact]
    public async Task AppendAsync_DoesNotWaitForAStream_WhenItsClientFollowsARedirect()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                context.Response.Redirect("/elsewhere");
                return;
            }
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(": open\n\n", Cancel);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        }, Cancel);
        using var client = new HttpClient { BaseAddress = server.Address };
        var request = new AppendRequest { Stream = StreamKey.Session("s"), Events = new Envelopes("s").Thoughts(1) };
        (await Should.ThrowAsync<HttpRequestException>(async () => await new HttpEventAppender(client).AppendAsync(request, Cancel))).Message.ShouldContain($"redirects to {server.Address}elsewhere");
    }

    [Fact]
    public async Task AppendAsync_ThrowsUnavailable_WhenTheAnswerNeverEnds()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("[", Cancel);
            await context.Response.Body.FlushAsync(Cancel);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        }, Cancel);
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMilliseconds(200) };
        var request = new AppendRequest { Stream = StreamKey.Session("s"), Events = new Envelopes("s").Thoughts(1) };
        (await Should.ThrowAsync<BusUnavailableException>(async () => await new HttpEventAppender(client).AppendAsync(request, Cancel))).Message.ShouldEndWith("didn't answer in time.");
    }

    [Fact]
    public async Task AppendAsync_ReadsNoMoreThanAnAnswerCanHold_WhenAStrangerSendsWithoutEnd()
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            var piece = new byte[1024 * 1024];
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(piece, context.RequestAborted).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
        }, Cancel);
        using var client = new HttpClient { BaseAddress = server.Address };
        var request = new AppendRequest { Stream = StreamKey.Session("s"), Events = new Envelopes("s").Thoughts(1) };
        (await Should.ThrowAsync<HttpRequestException>(async () => await new HttpEventAppender(client).AppendAsync(request, Cancel))).Message.ShouldContain("is no EventStream server");
    }

    private Task AnswerAsync(HttpContext context, int status)
    {
        Interlocked.Increment(ref _requests);
        context.Response.StatusCode = status;
        if (status is >= 300 and < 400) context.Response.Headers.Location = "https://elsewhere.example/events/s";
        return context.Response.WriteAsync("<html>hello</html>", Cancel);
    }

    private static async Task<Exception> FailureAsync(Uri server, Func<bool>? until = null)
    {
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var provider = new ServiceCollection().AddEventDispatcher(events =>
        {
            events.Server = server;
            events.Dispatcher.RetryBudget = TimeSpan.FromDays(1);
            events.Dispatcher.DisposeTimeout = TimeSpan.Zero;
            events.Dispatcher.OnFailed = failure => failed.TrySetResult(failure.Exception);
        }).AddSingleton<ILogger<EventDispatcher>>(NullLogger<EventDispatcher>.Instance).BuildServiceProvider();
        var dispatcher = provider.GetRequiredService<EventDispatcher>();
        await dispatcher.NumberAsync("s", 1, Cancel);
        if (until is not null)
        {
            await Eventually.TrueAsync(until, Cancel);
            await dispatcher.DisposeAsync();
        }
        return await failed.Task.WaitAsync(Timeouts.Default, Cancel);
    }
}

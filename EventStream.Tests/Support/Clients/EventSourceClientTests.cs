using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Support;

public sealed class EventSourceClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_ComesBackWithTheLastCompleteId_UntilItIsToldToStop()
    {
        var asked = new ConcurrentQueue<string>();
        var blocks = new ConcurrentQueue<SseBlock>();
        var stopped = new TaskCompletionSource<HttpStatusCode>();
        string[] answers =
        [
            "retry: 10\nid: 1-1\nevent: a\ndata: x\n\nid: 1-2\n\n: comment\nid: 1-3\nevent: b\ndata: never complete\n",
            "id: 1-4\ndata: one\ndata: two\n\n",
        ];
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            asked.Enqueue(context.Request.Headers["Last-Event-ID"].ToString());
            context.Response.StatusCode = asked.Count <= answers.Length ? StatusCodes.Status200OK : StatusCodes.Status204NoContent;
            if (asked.Count <= answers.Length) await context.Response.WriteAsync(answers[asked.Count - 1], Cancellation);
        }, Cancellation);
        await using var client = new EventSourceClient(server.Address) { OnBlock = blocks.Enqueue, OnStopped = stopped.SetResult };
        client.Start();

        (await stopped.Task.WaitAsync(Timeouts.Default, Cancellation)).ShouldBe(HttpStatusCode.NoContent);
        asked.ShouldBe(["", "1-2", "1-4"]);
        blocks.ShouldBe([new SseBlock("a", "x", "1-1"), new SseBlock("message", "one\ntwo", "1-4")]);
    }

    [Fact]
    public async Task Client_ComesBackOnceMore_WhenItReturns()
    {
        var opened = 0;
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("retry: 1\n\n", context.RequestAborted);
            Interlocked.Increment(ref opened);
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }, Cancellation);
        await using var client = new EventSourceClient(server.Address);
        client.Start();
        await Eventually.TrueAsync(() => Volatile.Read(ref opened) == 1, Cancellation);
        await client.LeaveAsync(Cancellation);
        client.Return();
        await Eventually.TrueAsync(() => Volatile.Read(ref opened) == 2, Cancellation);
    }
}

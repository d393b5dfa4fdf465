using EventStream.Bus;
using EventStream.Bus.Http;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Http;

/// <summary>The appender with a real server, over real sockets.</summary>
public sealed class HttpEventAppenderServerTests : IAsyncDisposable
{
    // A new name: the environment may name a Redis that earlier runs wrote to.
    private readonly string _session = $"s-{Guid.NewGuid():N}";
    private readonly TestServer _server = TestServer.Start();
    private readonly HttpClient _client;

    public HttpEventAppenderServerTests() => _client = new HttpClient { BaseAddress = _server.Address };

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task PublishAsync_StoresEverythingInOrder_OnARealServer()
    {
        await using (var dispatcher = new EventDispatcher(new HttpEventAppender(_client))) await dispatcher.NumbersAsync(_session, 0, 3000);

        var stored = new List<int>();
        var after = Cursor.Zero;
        while (await ReadAsync(after) is { Entries: [.., var last] } page)
        {
            stored.AddRange(page.Entries.Select(entry => EventReader.Read(entry.Envelope.Span, new EventDefaults(SessionId: null, TimeProvider.System))).Numbers());
            after = last.Cursor;
        }
        stored.ShouldBe(Enumerable.Range(0, 3000));
    }

    [Fact]
    public async Task AppendAsync_AnswersDuplicates_WhenARequestIsRepeated()
    {
        var appender = new HttpEventAppender(_client);
        var request = new AppendRequest { Stream = StreamKey.Session(_session), Events = [.. Enumerable.Range(0, 3).Select(i => new EventFactory(TimeProvider.System).Create(_session, DispatchedEvents.Payload(i)))] };

        var first = await appender.AppendAsync(request, TestContext.Current.CancellationToken);
        var second = await appender.AppendAsync(request, TestContext.Current.CancellationToken);

        first.Receipts.ShouldAllBe(receipt => receipt.Outcome == AppendOutcome.Stored);
        second.Receipts.ShouldBe(first.Receipts.Select(receipt => receipt with { Outcome = AppendOutcome.Duplicate }));
        second.Head.ShouldBe(first.Head);
    }

    [Fact]
    public async Task PublishAndConfirmAsync_Throws_WhenTheServerSaysThatTheRunHasEnded()
    {
        await using var dispatcher = new EventDispatcher(new HttpEventAppender(_client));
        var run = dispatcher.ForRun(_session, "r");
        await run.RunFailedAsync("out of memory", cancellationToken: TestContext.Current.CancellationToken);
        (await Should.ThrowAsync<RunEndedException>(run.PublishAndConfirmAsync(DispatchedEvents.Payload(1), TestContext.Current.CancellationToken))).RunId.ShouldBe("r");
    }

    private ValueTask<LogPage> ReadAsync(Cursor after) =>
        _server.Bus.ReadAsync(StreamKey.Session(_session), after, 1000, TestContext.Current.CancellationToken);
}

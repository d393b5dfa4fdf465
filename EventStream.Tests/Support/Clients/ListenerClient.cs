using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Listening;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>Reads a stream with a <see cref="StreamListener"/>, item by item, and never waits for ever.</summary>
internal sealed class ListenerClient : IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly IAsyncEnumerator<StreamEvent> _items;

    public ListenerClient(StreamListener listener, StreamKey stream, StartFrom from, ListenOptions? options = null)
    {
        _leaving.CancelAfter(Timeouts.Default);
        _items = listener.ReadAsync(stream, from, options, _leaving.Token).GetAsyncEnumerator(_leaving.Token);
    }

    /// <summary>Begins to read, and takes the verdict.</summary>
    public async Task<SessionStreamStarted> StartAsync()
    {
        (await NextAsync()).Is<SessionStreamStarted>(out var started).ShouldBeTrue();
        return started!;
    }

    public async Task<StreamEvent> NextAsync()
    {
        (await _items.MoveNextAsync()).ShouldBeTrue("The stream is over.");
        return _items.Current;
    }

    public async Task<StreamEvent[]> NextAsync(int count)
    {
        var items = new StreamEvent[count];
        for (var i = 0; i < count; i++) items[i] = await NextAsync();
        return items;
    }

    public async Task<StreamGap> NextGapAsync()
    {
        var item = await NextAsync();
        item.Is<StreamGap>(out var gap).ShouldBeTrue(item.Event.Type);
        item.Cursor.ShouldBe(Cursor.Parse(gap!.To));
        return gap;
    }

    /// <summary>The last item names the reason, and nothing follows.</summary>
    public async Task ShouldEndAsync(string reason)
    {
        var item = await NextAsync();
        item.Is<StreamClosing>(out var closing).ShouldBeTrue(item.Event.Type);
        (closing!.Reason, closing.Reconnect, item.IsControl).ShouldBe((reason, false, true));
        (await _items.MoveNextAsync()).ShouldBeFalse();
    }

    /// <summary>Cancels while it waits for an item.</summary>
    public async Task CancelAsync()
    {
        var waiting = _items.MoveNextAsync().AsTask();
        await _leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        _leaving.Dispose();
    }
}

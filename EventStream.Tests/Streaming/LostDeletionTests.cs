using EventStream.Bus;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>A session was deleted while its watchers heard nothing.</summary>
public sealed class LostDeletionTests : IAsyncDisposable
{
    private const string Session = "s";

    private readonly TestBus _bus = new();
    private readonly TestServer _server;

    public LostDeletionTests() => _server = TestServer.StartWith(_bus);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Watcher_IsToldOfTheDeletion() => (await ToldAfterAsync(cursors => cursors[4].Next)).ShouldBe(["session_deleted", "stream_closing"]);

    [Fact]
    public async Task Watcher_IsToldOfWhatIsGoneToo_WhenTheLogWasRolledBackBefore() =>
        (await ToldAfterAsync(cursors => cursors[2])).ShouldBe(["stream_gap", "session_deleted", "stream_closing"]);

    private async Task<IEnumerable<string>> ToldAfterAsync(Func<Cursor[], Cursor> deletedAt)
    {
        await using var watching = await _server.OpenAsync($"/events/{Session}");
        await watching.NextAsync();
        var cursors = await _server.AppendAsync(Session, new Envelopes(Session).Thoughts(5));
        await watching.NextAsync(5);

        var deletion = deletedAt(cursors);
        _bus.Page = _ => new LogPage { Entries = [], Head = deletion, First = null, Count = 0, DeletedAt = deletion };
        _bus.Listeners[0].OnInterrupted();
        return (await watching.ReadToEndAsync()).Select(item => item.EventType);
    }
}

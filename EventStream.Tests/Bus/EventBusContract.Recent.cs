using EventStream.Bus;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

public abstract partial class EventBusContract
{
    private readonly HashSet<string> _begun = [];

    [Fact]
    public async Task RecentSessionsAsync_NamesTheNewestFirst_WhenSessionsBegan()
    {
        var first = await BeginAsync();
        var second = await BeginAsync();
        await BeginAsync(StreamKey.Project(NewStream().Id));

        await ShouldListAsync([second.SessionId, first.SessionId]);

        (await Bus.RecentSessionsAsync(1000, Cancel)).ShouldContain(first);
        (await Bus.RecentSessionsAsync(1, Cancel)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task RecentSessionsAsync_KeepsTheTimeOfTheStart_WhenASessionGoesOn()
    {
        var session = await BeginAsync();
        await AppendAsync(Bus, StreamKey.Session(session.SessionId));

        await ShouldListAsync([session.SessionId]);

        (await Bus.RecentSessionsAsync(1000, Cancel)).ShouldContain(session);
    }

    [Fact]
    public async Task RecentSessionsAsync_LeavesASessionOut_WhenItWasDeletedUntilItBeginsAgain()
    {
        var session = await BeginAsync();
        await ShouldListAsync([session.SessionId]);

        await Bus.DeleteAsync(StreamKey.Session(session.SessionId), Cancel);
        await ShouldListAsync([]);

        var reborn = await BeginAsync(StreamKey.Session(session.SessionId));
        await ShouldListAsync([session.SessionId]);
        (await Bus.RecentSessionsAsync(1000, Cancel)).ShouldContain(reborn);
    }

    [Fact]
    public async Task RecentSessionsAsync_FillsUpPastDeletedOnes_WhenTheyBeganLast()
    {
        var held = await BeginAsync();
        var (second, third) = (await BeginAsync(), await BeginAsync());
        await ShouldListAsync([third.SessionId, second.SessionId, held.SessionId]);

        await Bus.DeleteAsync(StreamKey.Session(second.SessionId), Cancel);
        await Bus.DeleteAsync(StreamKey.Session(third.SessionId), Cancel);

        (await Bus.RecentSessionsAsync(1, Cancel)).Count.ShouldBe(1);
        (await Bus.RecentSessionsAsync(1000, Cancel)).Select(session => session.SessionId).Where(_begun.Contains).ShouldBe([held.SessionId]);
    }

    // Logs that begin in the same millisecond have no order, so this waits for the next one.
    private async Task<StartedSession> BeginAsync(StreamKey? stream = null)
    {
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await Eventually.TrueAsync(() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() > before + 1, Cancel);
        var key = stream ?? NewStream();
        _begun.Add(key.Id);
        var head = (await AppendAsync(Bus, key)).Head;
        return new StartedSession(key.Id, DateTimeOffset.FromUnixTimeMilliseconds(head.Epoch));
    }

    // All tests of a server share the list, and the bus writes it after the append has returned.
    private async Task ShouldListAsync(string[] sessions)
    {
        string[] listed = [];
        try
        {
            await Eventually.TrueAsync(async () =>
            {
                listed = [.. (await Bus.RecentSessionsAsync(1000, Cancel)).Select(session => session.SessionId).Where(_begun.Contains)];
                return listed.SequenceEqual(sessions);
            }, Cancel);
        }
        catch (TimeoutException)
        {
            listed.ShouldBe(sessions);
        }
    }

    private static ValueTask<AppendResult> AppendAsync(IEventBus bus, StreamKey stream) =>
        bus.AppendAsync(new AppendRequest { Stream = stream, Events = [new Envelopes(stream.Id).Thought()] }, Cancel);
}

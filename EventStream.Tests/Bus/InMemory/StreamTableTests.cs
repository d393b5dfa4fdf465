using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.InMemory;

public sealed class StreamTableTests
{
    private static readonly StreamKey Key = StreamKey.Session("s");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Use_TakesANewStream_WhenTheOneThatItFoundIsRemovedMeanwhile()
    {
        var table = new StreamTable(new InMemoryBusOptions(), TimeProvider.System);
        InMemoryStream? removed = null, used = null;
        var other = new Thread(() => table.Use(Key, (stream, _) => used = stream));
        table.Use(Key, (stream, _) =>
        {
            other.Start();
            // It has found this stream, and waits for its lock.
            SpinWait.SpinUntil(() => other.ThreadState.HasFlag(ThreadState.WaitSleepJoin), Timeouts.Default).ShouldBeTrue();
            return removed = stream;
        });
        other.Join(Timeouts.Default).ShouldBeTrue();

        removed!.IsGone.ShouldBeTrue();
        used.ShouldNotBeNull().ShouldNotBeSameAs(removed);
    }

    [Fact]
    public async Task DisposeAsync_SilencesASubscription_InTheMiddleOfAnAnnouncement()
    {
        var bus = new InMemoryEventBus();
        var silenced = new RecordingListener();
        var leaving = new Leaving();
        await using var first = await bus.SubscribeAsync(Key, leaving, Cancel);
        leaving.Other = await bus.SubscribeAsync(Key, silenced, Cancel);
        await bus.AppendAsync(new AppendRequest { Stream = Key, Events = [new Envelopes(Key.Id).Thought()] }, Cancel);
        silenced.Entries.ShouldBeEmpty();
    }

    private sealed class Leaving : IStreamListener
    {
        public IAsyncDisposable? Other { get; set; }

        public void OnEntry(LogEntry entry) => Other!.DisposeAsync().AsTask().GetAwaiter().GetResult();

        public void OnUnlogged(ReadOnlyMemory<byte> envelope)
        {
        }

        public void OnInterrupted()
        {
        }

        public void OnPause()
        {
        }
    }
}

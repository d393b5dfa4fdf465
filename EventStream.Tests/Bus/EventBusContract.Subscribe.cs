using EventStream.Bus;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus;

public abstract partial class EventBusContract
{
    [Fact]
    public async Task SubscribeAsync_HandsOverWhatTheLogHolds_WhenEventsAreAppended()
    {
        var before = (await AppendAsync(_envelopes.Thought("before"))).Head;
        var listener = new RecordingListener();
        await using var subscription = await Bus.SubscribeAsync(Stream, listener, Cancel);

        var head = (await AppendAsync(_envelopes.Thought("ünï 😀"), _envelopes.RunCompleted("r1"))).Head;

        // In a cluster an announcement may reach a node after a subscription that was made later.
        await Eventually.TrueAsync(() => listener.Cursors.Contains(head), Cancel);
        var logged = await ReadAsync(before);
        var heard = listener.Entries.Where(entry => entry.Cursor > before).ToArray();
        heard.Select(entry => entry.Cursor).ShouldBe(logged.Entries.Select(entry => entry.Cursor));
        heard.Select(entry => entry.Envelope.ToArray()).ShouldBe(logged.Entries.Select(entry => entry.Envelope.ToArray()));
        listener.Unlogged.ShouldBeEmpty();
    }

    [Fact]
    public async Task SubscribeAsync_HandsOverInOrder_WhenManyPublish()
    {
        var listener = new RecordingListener();
        await using var subscription = await Bus.SubscribeAsync(Stream, listener, Cancel);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++) await AppendAsync(_envelopes.Thoughts(2));
        }, Cancel)));

        await listener.HeardAsync(400, Cancel);
        Offsets(listener.Entries).ShouldBe(OneTo(400));
    }

    [Fact]
    public async Task SubscribeAsync_HandsOverOnlyWhatWasStored_WhenOutcomesDiffer()
    {
        var listener = new RecordingListener();
        await using var subscription = await Bus.SubscribeAsync(Stream, listener, Cancel);
        var known = _envelopes.Thought();
        var last = _envelopes.Thought();

        await AppendAsync(known, _envelopes.RunCompleted("r1"));
        await AppendAsync(known, _envelopes.Thought(runId: "r1"), last);

        await listener.HeardAsync(3, Cancel);
        Offsets(listener.Entries).ShouldBe([1, 2, 3]);
        Envelopes.Read(listener.Entries[2]).EventId.ShouldBe(last.EventId);
    }

    [Fact]
    public async Task SubscribeAsync_HandsOverOnlyItsStream_WhenOthersArePublishedTo()
    {
        var listener = new RecordingListener();
        await using var subscription = await Bus.SubscribeAsync(Stream, listener, Cancel);

        await Bus.AppendAsync(new AppendRequest { Stream = NewStream(), Events = _envelopes.Thoughts(1) }, Cancel);
        await Bus.AppendAsync(new AppendRequest { Stream = new StreamKey(StreamKind.Project, Stream.Id), Events = _envelopes.Thoughts(1) }, Cancel);
        var own = await AppendAsync(_envelopes.Thought());

        await listener.HeardAsync(1, Cancel);
        listener.Cursors.ShouldBe([own.Head]);
    }

    [Fact]
    public async Task SubscribeAsync_ServesBoth_WhenTwoListen()
    {
        var one = new RecordingListener();
        var two = new RecordingListener();
        await using var first = await Bus.SubscribeAsync(Stream, one, Cancel);
        await AppendAsync(_envelopes.Thought());
        await one.HeardAsync(1, Cancel);
        await using var second = await Bus.SubscribeAsync(Stream, two, Cancel);

        await AppendAsync(_envelopes.Thoughts(2));

        await one.HeardAsync(3, Cancel);
        await two.HeardAsync(2, Cancel);
        Offsets(one.Entries).ShouldBe([1, 2, 3]);
        Offsets(two.Entries).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task SubscribeAsync_HandsOverNoMore_WhenTheSubscriptionIsDisposed()
    {
        var gone = new RecordingListener();
        var witness = new RecordingListener();
        var subscription = await Bus.SubscribeAsync(Stream, gone, Cancel);
        await using var other = await Bus.SubscribeAsync(Stream, witness, Cancel);
        await AppendAsync(_envelopes.Thought());
        await gone.HeardAsync(1, Cancel);

        await subscription.DisposeAsync();
        await subscription.DisposeAsync();
        await AppendAsync(_envelopes.Thought());

        await witness.HeardAsync(2, Cancel);
        Offsets(gone.Entries).ShouldBe([1]);
    }

    [Fact]
    public async Task SubscribeAsync_ServesAgain_WhenTheLastSubscriptionWasDisposed()
    {
        var listener = new RecordingListener();
        await (await Bus.SubscribeAsync(Stream, new RecordingListener(), Cancel)).DisposeAsync();
        await using var subscription = await Bus.SubscribeAsync(Stream, listener, Cancel);

        await AppendAsync(_envelopes.Thought());

        await listener.HeardAsync(1, Cancel);
    }

    [Fact]
    public async Task SubscribeAsync_ServesOthers_WhenAListenerThrows()
    {
        var listener = new RecordingListener();
        await using var faulty = await Bus.SubscribeAsync(Stream, new ThrowingListener(), Cancel);
        await using var subscription = await Bus.SubscribeAsync(Stream, listener, Cancel);

        Outcomes(await AppendAsync(_envelopes.Thoughts(2))).ShouldBe([Stored, Stored]);
        await AppendAsync(_envelopes.Thought());

        await listener.HeardAsync(3, Cancel);
        Offsets(listener.Entries).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task AppendAsync_CountsListeners_WhenAListenerIsSubscribed()
    {
        (await AppendAsync(_envelopes.Thought())).Listeners.ShouldBe(0);
        var subscription = await Bus.SubscribeAsync(Stream, new RecordingListener(), Cancel);

        (await AppendAsync(_envelopes.Thought())).Listeners.ShouldBeInRange(CountsEveryListener ? 1 : 0, 1);

        await subscription.DisposeAsync();
        await Eventually.TrueAsync(async () => (await AppendAsync(_envelopes.Thought())).Listeners == 0, Cancel);
    }

    [Fact]
    public async Task SubscribeAsync_LosesNothing_WhenItJoinsWhileOthersPublish()
    {
        var publishing = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++) await AppendAsync(_envelopes.Thought());
        }, Cancel);
        await Eventually.TrueAsync(async () => (await ReadStateAsync()).Head.Offset > 10, Cancel);

        var listener = new RecordingListener();
        await using var subscription = await Bus.SubscribeAsync(Stream, listener, Cancel);
        var read = await ReadAllAsync();
        await publishing;

        await Eventually.TrueAsync(() => Offsets(read).Concat(Offsets(listener.Entries)).Distinct().Count() == 200, Cancel);
    }

    private sealed class ThrowingListener : IStreamListener
    {
        public void OnEntry(LogEntry entry) => throw new InvalidOperationException("A listener's fault.");

        public void OnUnlogged(ReadOnlyMemory<byte> envelope) => throw new InvalidOperationException("A listener's fault.");

        public void OnPause() => throw new InvalidOperationException("A listener's fault.");

        public void OnInterrupted() => throw new InvalidOperationException("A listener's fault.");
    }
}

using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dispatching;

public sealed class EventDispatcherOverMemoryTests
{
    [Fact]
    public async Task PublishAsync_StoresEveryEventOnceAndInOrder_WhenAnswersGetLost()
    {
        var bus = new InMemoryEventBus();
        await using var dispatcher = new EventDispatcher(new LossyAppender(bus));

        await Task.WhenAll(dispatcher.NumbersAsync("a", 0, 200), dispatcher.NumbersAsync("b", 0, 200), PublishWithOwnIdsAsync(dispatcher));
        await dispatcher.FlushAsync(TestContext.Current.CancellationToken);

        foreach (var session in (string[])["a", "b", "c"])
        {
            var page = await bus.ReadAsync(StreamKey.Session(session), Cursor.Zero, 1000, TestContext.Current.CancellationToken);
            page.Entries.Select(entry => EventReader.Read(entry.Envelope.Span, new EventDefaults(session, TimeProvider.System))).Numbers().ShouldBe(Enumerable.Range(0, 200));
        }
    }

    [Fact]
    public async Task PublishAndConfirmAsync_SaysWhere_TheEventStands()
    {
        await using var dispatcher = new EventDispatcher(new InMemoryEventBus());
        var run = dispatcher.ForRun("s", "r");
        await run.RunStartedAsync(cancellationToken: TestContext.Current.CancellationToken);
        await run.RunCompletedAsync(cancellationToken: TestContext.Current.CancellationToken);
        await Should.ThrowAsync<RunEndedException>(run.PublishAndConfirmAsync(DispatchedEvents.Payload(1), TestContext.Current.CancellationToken));
        (await dispatcher.PublishAndConfirmAsync("s", DispatchedEvents.Payload(1), cancellationToken: TestContext.Current.CancellationToken)).Cursor!.Value.Offset.ShouldBe(3);
    }

    private static async Task PublishWithOwnIdsAsync(EventDispatcher dispatcher)
    {
        for (var i = 0; i < 200; i++)
            await dispatcher.PublishAsync("c", DispatchedEvents.Payload(i), new PublishOptions { EventId = i % 20 == 0 ? $"mine-{i}" : null }, TestContext.Current.CancellationToken);
    }

    /// <summary>A bus that stores every second append without answering it.</summary>
    private sealed class LossyAppender(InMemoryEventBus bus) : IEventAppender
    {
        private int _calls;

        public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
        {
            var result = await bus.AppendAsync(request, cancellationToken);
            return Interlocked.Increment(ref _calls) % 2 == 0 ? result : throw new BusUnavailableException("The answer got lost.");
        }
    }
}

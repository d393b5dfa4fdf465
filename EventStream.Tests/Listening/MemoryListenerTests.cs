using EventStream.Bus;
using EventStream.Listening;
using EventStream.Tests.Support;

namespace EventStream.Tests.Listening;

public sealed class MemoryListenerTests : StreamListenerContract
{
    private readonly TestBus _bus = new();

    public MemoryListenerTests() => Listener = new StreamListener(_bus);

    private protected override IEventBus Bus => _bus;

    private protected override StreamListener Listener { get; }

    private protected override int Subscriptions => _bus.Listeners.Count;
}

using EventStream.Bus;
using EventStream.Bus.InMemory;

namespace EventStream.Tests.Bus.InMemory;

public sealed class InMemoryEventBusTests : EventBusContract
{
    protected override ValueTask<IEventBus> CreateBusAsync(LogOptions options) =>
        ValueTask.FromResult<IEventBus>(new InMemoryEventBus(new InMemoryBusOptions(), options, TimeProvider.System));
}

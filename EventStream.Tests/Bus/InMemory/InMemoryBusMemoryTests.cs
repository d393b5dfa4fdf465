using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.InMemory;

/// <summary>What the bus counts is what it holds. These tests run alone, because they measure the heap of the process.</summary>
[Collection(nameof(NonParallelCollection))]
public sealed class InMemoryBusMemoryTests
{
    private static readonly EventFactory Factory = new(TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("small events with long ids", 20, 10_000, 128, 0, 0)]
    [InlineData("small events with ids of the server", 20, 10_000, 0, 0, 0)]
    [InlineData("large events", 20, 40, 0, 100_000, 0)]
    [InlineData("many sessions", 20_000, 1, 0, 0, 0)]
    [InlineData("many sessions with long names", 20_000, 1, 0, 0, 0, 100)]
    [InlineData("many projects", 20, 1000, 0, 0, 1)]
    [InlineData("few projects with long ids", 20, 5000, 128, 0, 1000)]
    public async Task HeldBytes_IsWhatTheHeapGrewBy(string shape, int sessions, int events, int idLength, int textLength, int eventsOfAProject, int nameLength = 0)
    {
        var bus = new InMemoryEventBus(new InMemoryBusOptions { MaxStreams = 1_000_000, MaxBytes = long.MaxValue }, new LogOptions(), TimeProvider.System);
        await FillAsync(bus, "warm", 1, 10, idLength, textLength, eventsOfAProject, nameLength);
        var before = GC.GetTotalMemory(forceFullCollection: true) - bus.HeldBytes;

        await FillAsync(bus, "s", sessions, events, idLength, textLength, eventsOfAProject, nameLength);

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        (bus.HeldBytes / (double)grown).ShouldBeInRange(0.8, 1.25, $"{shape}: counted {bus.HeldBytes:N0}, held {grown:N0} with {bus.StreamCount} streams");
        GC.KeepAlive(bus);
    }

    [Fact]
    public async Task HeldBytes_IsZero_WhenNothingIsHeld()
    {
        var bus = new InMemoryEventBus();
        var subscription = await bus.SubscribeAsync(StreamKey.Session("a"), new RecordingListener(), Cancel);
        bus.HeldBytes.ShouldBePositive();

        await subscription.DisposeAsync();

        bus.HeldBytes.ShouldBe(0);
    }

    [Fact]
    public async Task HeldBytes_StaysWithinTheBound_WhenSmallEventsWithLongIdsFillIt()
    {
        const long MaxBytes = 20 * 1024 * 1024;
        var bus = new InMemoryEventBus(new InMemoryBusOptions { MaxBytes = MaxBytes }, new LogOptions(), TimeProvider.System);

        for (var round = 0; round < 10; round++)
        {
            await FillAsync(bus, $"r{round}", 1, 10_000, 128, 0, 1000, 0);
            bus.HeldBytes.ShouldBeLessThanOrEqualTo(MaxBytes * 2 / 3);
        }
    }

    private static async Task FillAsync(InMemoryEventBus bus, string prefix, int sessions, int events, int idLength, int textLength, int eventsOfAProject, int nameLength)
    {
        var payload = EventPayload.Parse($$"""{"text":"{{new string('x', textLength)}}"}""");
        for (var session = 0; session < sessions; session++)
        {
            var name = $"{prefix}{session}{new string('n', nameLength)}";
            for (var first = 0; first < events; first += 1000)
            {
                var request = new AppendRequest
                {
                    Stream = StreamKey.Session(name),
                    Events = [.. Enumerable.Range(first, Math.Min(1000, events - first)).Select(number => Factory.Create(name, "n", payload, new PublishOptions
                    {
                        EventId = idLength > 0 ? $"{number}{new string('i', idLength - 6)}" : null,
                        ProjectId = eventsOfAProject > 0 ? $"p{session}-{number / eventsOfAProject}" : null,
                    }))],
                };
                await AppendRetry.AppendAsync(bus, request, TimeSpan.Zero, TimeProvider.System, cancellationToken: Cancel);
            }
        }
    }
}

using System.Diagnostics;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Streams;
using EventStream.Bus;
using EventStream.Dispatching;
using EventStream.Events;
using StackExchange.Redis;

namespace EventStream.Benchmarks.Commands;

/// <summary>The ways to send the same events to Redis. Each proves that all of them arrived.</summary>
internal sealed class AppendWays(IEventBus bus, ISubscriber? subscriber, int sessions, int textBytes)
{
    public int Sessions => sessions;

    /// <summary>Whether Redis must report one subscriber for each batch. A cluster reports the subscribers of one node only.</summary>
    public bool MustBeHeard { get; init; } = true;

    public Task PublishAsync(int events, int batch) => InLanesAsync(events, async (session, count) =>
    {
        var channel = new RedisChannel($"session:{session}", RedisChannel.PatternMode.Literal);
        for (var first = 0; first < count; first += batch)
        {
            var answers = Enumerable.Range(first, Math.Min(batch, count - first))
                .Select(number => subscriber!.PublishAsync(channel, EventWriter.ToUtf8(NumberedEvents.Create(session, number, textBytes)))).ToArray();
            if ((await Task.WhenAll(answers)).Any(listeners => listeners != 1)) throw new InvalidDataException("A message did not reach the one subscriber.");
        }
    });

    public Task AppendAsync(int events, int batch) => InLanesAsync(events, async (session, count) =>
    {
        var producer = Guid.NewGuid().ToString("N");
        for (var first = 0; first < count; first += batch)
        {
            var result = await bus.AppendAsync(new AppendRequest
            {
                Stream = StreamKey.Session(session),
                Events = [.. Enumerable.Range(first, Math.Min(batch, count - first)).Select(number => NumberedEvents.Create(session, number, textBytes))],
                Producer = new ProducerPosition(producer, first + 1),
            });
            if (MustBeHeard && result.Listeners != 1) throw new InvalidDataException("An announcement did not reach the one subscriber.");
        }
        await CheckLogAsync(session, count);
    });

    public async Task DispatchAsync(int events)
    {
        await using var dispatcher = new EventDispatcher(bus);
        await InLanesAsync(events, async (session, count) =>
        {
            for (var number = 0; number < count; number++) await dispatcher.PublishAsync(session, NumberedEvents.Type, NumberedEvents.Payload(number, textBytes));
            await dispatcher.FlushAsync();
            await CheckLogAsync(session, count);
        });
    }

    /// <summary>The ways to send one event and to know that Redis has it.</summary>
    public IEnumerable<(string Name, Func<int, Task> Send)> OneByOne()
    {
        var channel = new RedisChannel("session:one", RedisChannel.PatternMode.Literal);
        yield return ("PUBLISH", number => subscriber!.PublishAsync(channel, EventWriter.ToUtf8(NumberedEvents.Create("one", number, textBytes))));

        var session = NumberedEvents.NewSession("one");
        yield return ("log", number => bus.AppendAsync(new AppendRequest
        {
            Stream = StreamKey.Session(session),
            Events = [NumberedEvents.Create(session, number, textBytes)],
            Producer = new ProducerPosition("one", number + 1),
        }).AsTask());

        var other = NumberedEvents.NewSession("one");
        yield return ("log, with an event id of the caller's", number => bus.AppendAsync(new AppendRequest
        {
            Stream = StreamKey.Session(other),
            Events = [NumberedEvents.Create(other, number, textBytes)],
        }).AsTask());

        var third = NumberedEvents.NewSession("one");
        var dispatcher = new EventDispatcher(bus);
        yield return ("PublishAndConfirmAsync", number => dispatcher.PublishAndConfirmAsync(third, NumberedEvents.Type, NumberedEvents.Payload(number, textBytes)));
    }

    /// <summary>Sends one event after the other; returns µs.</summary>
    public static async Task<Sample> LatencyAsync(Func<int, Task> send, int count)
    {
        var warmUp = count / 5;
        var latencies = new double[count];
        for (var number = 0; number < warmUp + count; number++)
        {
            var since = Stopwatch.GetTimestamp();
            await send(number);
            if (number >= warmUp) latencies[number - warmUp] = Stopwatch.GetElapsedTime(since).TotalMicroseconds;
        }
        return new Sample(latencies);
    }

    private Task InLanesAsync(int events, Func<string, int, Task> run) =>
        Task.WhenAll(Enumerable.Range(0, sessions).Select(lane => Task.Run(() => run(NumberedEvents.NewSession("append"), events / sessions + (lane < events % sessions ? 1 : 0)))));

    private async Task CheckLogAsync(string session, int count)
    {
        // A short log is read whole, a long one only at its end.
        var page = await bus.ReadAsync(StreamKey.Session(session), Cursor.Zero, 0);
        if (page.Head.Offset != count) throw new InvalidDataException($"The log of {session} stands at {page.Head} after {count} events.");
        var after = page.Head with { Offset = Math.Max(0, count - 100) };
        var number = (int)after.Offset;
        foreach (var entry in (await bus.ReadAsync(StreamKey.Session(session), after, 100)).Entries)
        {
            if (entry.Cursor.Offset != number + 1 || entry.Envelope.Span.IndexOf(System.Text.Encoding.ASCII.GetBytes($"\"number\":{number},")) < 0)
                throw new InvalidDataException($"Position {entry.Cursor} of {session} doesn't hold event {number}.");
            number++;
        }
        if (number != count) throw new InvalidDataException($"The log of {session} ends before event {number}.");
    }
}

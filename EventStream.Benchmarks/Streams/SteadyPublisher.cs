using System.Diagnostics;
using EventStream.Dispatching;

namespace EventStream.Benchmarks.Streams;

/// <summary>Publishes numbered events, each at its due time.</summary>
/// <param name="publish">Publishes the event with a number.</param>
/// <param name="flush">Returns when all events are stored.</param>
/// <param name="rate">Events a second.</param>
internal sealed class SteadyPublisher(Func<int, ValueTask> publish, Func<Task> flush, int rate)
{
    private readonly double _interval = Stopwatch.Frequency / (double)rate;
    private long _start;
    private int _published;

    public SteadyPublisher(EventDispatcher dispatcher, string session, int rate, int textBytes)
        : this(number => dispatcher.PublishAsync(session, NumberedEvents.Type, NumberedEvents.Payload(number, textBytes)), () => dispatcher.FlushAsync(), rate) { }

    public int Published => Volatile.Read(ref _published);

    /// <summary>How long ago an event was due, in milliseconds.</summary>
    public double SinceDue(int number) => Stopwatch.GetElapsedTime(Due(number)).TotalMilliseconds;

    public Task PublishAsync(int count) => PublishWhileAsync(() => Published < count);

    public async Task PublishWhileAsync(Func<bool> goesOn)
    {
        if (_start == 0) _start = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 10;
        while (goesOn())
        {
            // Timers tick by the millisecond, so the last of the wait is spun away.
            while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), Due(_published)) is { TotalMilliseconds: > 2 } left) await Task.Delay(left - TimeSpan.FromMilliseconds(1.5));
            while (Stopwatch.GetTimestamp() < Due(_published)) Thread.SpinWait(20);
            await publish(_published);
            Volatile.Write(ref _published, _published + 1);
        }
        await flush();
    }

    private long Due(int number) => _start + (long)(number * _interval);
}

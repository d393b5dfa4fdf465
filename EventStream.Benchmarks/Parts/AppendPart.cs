using BenchmarkDotNet.Attributes;
using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Bus;
using EventStream.Bus.InMemory;
using EventStream.Bus.Redis;
using EventStream.Events;

namespace EventStream.Benchmarks.Parts;

/// <summary>Appends a batch to one session. The events are new each time: the bus would recognise repeated ids as duplicates.</summary>
public class AppendPart
{
    private static readonly EventFactory Factory = new(TimeProvider.System);

    private readonly string _session = NumberedEvents.NewSession("append");
    private readonly string _producer = Guid.NewGuid().ToString("N");
    private OwnRedis? _own;
    private RedisEventBus? _redis;
    private InMemoryEventBus _memory = null!;
    private EventPayload[] _payloads = [];
    private long _sequence = 1;

    [Params(1, 10, 100)]
    public int Batch { get; set; }

    // BenchmarkDotNet doesn't await an asynchronous setup when it runs in this process.
    [GlobalSetup]
    public void Start()
    {
        try
        {
            StartAsync().GetAwaiter().GetResult();
        }
        catch
        {
            // BenchmarkDotNet runs no cleanup after a setup that failed.
            Stop();
            throw;
        }
    }

    [GlobalCleanup]
    public void Stop() => StopAsync().GetAwaiter().GetResult();

    [Benchmark]
    public async Task MemoryAsync() => await AppendAsync(_memory);

    [Benchmark]
    public async Task RedisAsync() => await AppendAsync(_redis!);

    private async Task StartAsync()
    {
        _payloads = [.. Enumerable.Range(0, Batch).Select(number => NumberedEvents.Payload(number, 150))];
        _memory = new InMemoryEventBus();
        _own = await OwnRedis.StartAsync();
        _redis = new RedisEventBus(new RedisBusOptions { ConnectionString = _own.EndPoint });
        foreach (var bus in (IEventBus[])[_memory, _redis])
        {
            var first = await AppendAsync(bus);
            var second = await AppendAsync(bus);
            if (first.Receipts.Concat(second.Receipts).Any(receipt => receipt.Outcome != AppendOutcome.Stored) || second.Head.Offset != 2 * Batch) throw new InvalidDataException("A batch was not stored whole.");
        }
    }

    private async Task StopAsync()
    {
        if (_redis is not null) await _redis.DisposeAsync();
        if (_own is not null) await _own.DisposeAsync();
    }

    private ValueTask<AppendResult> AppendAsync(IEventBus bus)
    {
        var request = new AppendRequest
        {
            Stream = StreamKey.Session(_session),
            Events = [.. _payloads.Select(payload => Factory.Create(_session, NumberedEvents.Type, payload, new PublishOptions()))],
            Producer = new ProducerPosition(_producer, _sequence),
        };
        _sequence += Batch;
        return bus.AppendAsync(request);
    }
}

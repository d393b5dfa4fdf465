using System.Diagnostics.Metrics;

namespace EventStream.Bus.Redis.Wire;

/// <summary>What a Redis bus counts. Meter <c>EventStream</c>.</summary>
internal sealed class RedisMetrics : IDisposable
{
    /// <summary>Shared with the server's own figures, so that one subscription exports both.</summary>
    public const string MeterName = "EventStream";

    private readonly Meter _meter;
    private readonly bool _isOwn;
    private readonly Counter<long> _skippedMessages;
    private readonly Counter<long> _skippedEntries;

    /// <param name="meters">Makes the meter; null: the bus makes its own.</param>
    public RedisMetrics(IMeterFactory? meters)
    {
        _isOwn = meters is null;
        _meter = meters is null ? new Meter(MeterName) : meters.Create(MeterName);
        _skippedMessages = _meter.CreateCounter<long>("eventstream.redis.messages.skipped", "{message}", "Messages on channels that were no event");
        _skippedEntries = _meter.CreateCounter<long>("eventstream.redis.entries.skipped", "{entry}", "Things that Redis holds and that were no event, session or position, each time that they were read");
    }

    public void MessageSkipped() => _skippedMessages.Add(1);

    public void EntrySkipped() => _skippedEntries.Add(1);

    // A factory disposes its meters itself.
    public void Dispose()
    {
        if (_isOwn) _meter.Dispose();
    }
}

using System.Diagnostics.Metrics;
using EventStream.Api.Ingest;
using EventStream.Api.Publishing;
using EventStream.Api.Streaming.Frames;
using EventStream.Bus;

namespace EventStream.Api.Telemetry;

/// <summary>The metrics of this node. Meter <c>EventStream</c>.</summary>
internal sealed class StreamMetrics
{
    public const string MeterName = "EventStream";

    private readonly UpDownCounter<long> _activeStreams;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _published;
    private readonly Counter<long> _delivered;
    private readonly Counter<long> _healed;
    private readonly Counter<long> _gaps;
    private readonly Counter<long> _rewinds;
    private readonly UpDownCounter<long> _activeUploads;
    private readonly Counter<long> _refusedUploads;
    private readonly Counter<long> _skipped;
    private readonly Counter<long> _throttled;
    private readonly Histogram<double> _latency;
    private readonly TimeProvider _time;
    private long _deliveredEvents;

    public StreamMetrics(IMeterFactory meters, TimeProvider time)
    {
        _time = time;
        var meter = meters.Create(MeterName);
        _activeStreams = meter.CreateUpDownCounter<long>("eventstream.streams.active", "{stream}", "Open streams");
        _ended = meter.CreateCounter<long>("eventstream.streams.ended", "{stream}", "Streams that ended, by reason");
        _published = meter.CreateCounter<long>("eventstream.events.published", "{event}", "Events published over HTTP, by outcome");
        _delivered = meter.CreateCounter<long>("eventstream.events.delivered", "{event}", "Events written to streams");
        _healed = meter.CreateCounter<long>("eventstream.events.healed", "{event}", "Events whose announcements were missed and that were read from the log, by feed");
        _gaps = meter.CreateCounter<long>("eventstream.feeds.gaps", "{gap}", "Gaps that a feed had to tell because the log no longer held the events");
        _rewinds = meter.CreateCounter<long>("eventstream.feeds.rewinds", "{rewind}", "Logs that were found to be rolled back");
        _activeUploads = meter.CreateUpDownCounter<long>("eventstream.uploads.active", "{upload}", "Open uploads of NDJSON to /ingest");
        _refusedUploads = meter.CreateCounter<long>("eventstream.uploads.refused", "{upload}", "Uploads, or lines of them, that broke a limit, by reason");
        _skipped = meter.CreateCounter<long>("eventstream.feeds.skipped", "{announcement}", "Announcements of events that the log doesn't hold");
        _throttled = meter.CreateCounter<long>("eventstream.callers.throttled", "{request}", "Requests, and pieces of uploads, that were more than their caller may take, by the setting that limits it");
        _latency = meter.CreateHistogram<double>("eventstream.delivery.latency", "s", "From an event's timestamp to its writing; the newest event of each write",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
    }

    /// <summary>How many events were written to streams so far.</summary>
    public long DeliveredEvents => Interlocked.Read(ref _deliveredEvents);

    public void StreamOpened() => _activeStreams.Add(1);

    public void StreamClosed(SubscriberEnd end)
    {
        _activeStreams.Add(-1);
        _ended.Add(1, new KeyValuePair<string, object?>("reason", end.Name));
    }

    public void StreamRefused(SubscriberEnd end) => _ended.Add(1, new KeyValuePair<string, object?>("reason", end.Name));

    public void UploadBegan() => _activeUploads.Add(1);

    public void UploadEnded() => _activeUploads.Add(-1);

    public void UploadRefused(UploadRefusal reason) => _refusedUploads.Add(1, new KeyValuePair<string, object?>("reason", reason switch
    {
        UploadRefusal.Busy => "busy",
        UploadRefusal.NoMemory => "no_memory",
        UploadRefusal.LateLine => "late_line",
        _ => "unread_answers",
    }));

    public void Published(IEnumerable<EventReceipt> receipts)
    {
        foreach (var (outcome, events) in receipts.CountBy(receipt => receipt.Outcome)) _published.Add(events, new KeyValuePair<string, object?>("outcome", outcome.Name()));
    }

    public void Healed(int events)
    {
        if (events > 0) _healed.Add(events);
    }

    public void GapTold() => _gaps.Add(1);

    public void Rewound() => _rewinds.Add(1);

    public void Throttled(string setting) => _throttled.Add(1, new KeyValuePair<string, object?>("setting", setting));

    public void AnnouncementSkipped() => _skipped.Add(1);

    public void Delivered(long events, DateTimeOffset? newest)
    {
        _delivered.Add(events);
        Interlocked.Add(ref _deliveredEvents, events);
        // The delay of replayed events, and of events with another machine's wrong clock, would say nothing about this server.
        if (newest is { } published && (_time.GetUtcNow() - published).TotalSeconds is >= 0 and < 60 and var seconds) _latency.Record(seconds);
    }
}

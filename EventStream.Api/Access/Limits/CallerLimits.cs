using System.Threading.RateLimiting;
using EventStream.Api.Access.Audit;
using EventStream.Api.Telemetry;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Access.Limits;

/// <summary>What each caller takes of this node, and what it may take.</summary>
internal sealed class CallerLimits : IDisposable
{
    // A batch may go to a project and to broadcast beside its session.
    private const int LargestBatch = 3 * EventLimits.MaxBatchEvents;

    private readonly LimitSettings? _settings;
    private readonly StreamMetrics _metrics;
    private readonly AuditLog _audit;

    /// <param name="settings">Null: nothing is limited.</param>
    /// <param name="log">How much logs hold, and how long.</param>
    /// <param name="metrics">Count what is refused.</param>
    /// <param name="audit">Notes what is taken and what is refused.</param>
    /// <param name="time">When logs are dropped.</param>
    public CallerLimits(LimitSettings? settings, LogOptions log, StreamMetrics metrics, AuditLog audit, TimeProvider time)
    {
        (_settings, _metrics, _audit) = (settings, metrics, audit);
        var limits = settings ?? new LimitSettings();
        Stored = new StoredByCallers(limits, log, time);
        (Streams, UserStreams, Uploads) = (AtOnce(limits.Streams), AtOnce(limits.UserStreams), AtOnce(limits.Uploads));
        (Events, Bytes, Tickets) = (new CallerRate(limits.EventsPerSecond, LargestBatch), new CallerRate(limits.BytesPerSecond, EventLimits.MaxBatchBytes), new CallerRate(limits.TicketsPerSecond, largest: 1));
    }

    internal PartitionedRateLimiter<string> Streams { get; }

    internal PartitionedRateLimiter<string> UserStreams { get; }

    internal PartitionedRateLimiter<string> Uploads { get; }

    internal CallerRate Events { get; }

    internal CallerRate Bytes { get; }

    internal CallerRate Tickets { get; }

    internal StoredByCallers Stored { get; }

    /// <summary>What a caller may take; null when nothing is limited.</summary>
    public Allowance? Of(HttpContext context, Caller caller) => _settings is null ? null : new Allowance(this, _settings, _audit, CallerId.Of(context, caller));

    /// <summary>Counts what was refused or slowed down.</summary>
    public void Throttled(CallerId caller, string setting)
    {
        _metrics.Throttled(setting);
        _audit.Count(caller, CallerAct.Throttled);
    }

    public void Dispose()
    {
        foreach (var limiter in (IDisposable[])[Streams, UserStreams, Uploads, Events, Bytes, Tickets]) limiter.Dispose();
    }

    private static PartitionedRateLimiter<string> AtOnce(int most) => PartitionedRateLimiter.Create<string, string>(caller =>
        RateLimitPartition.GetConcurrencyLimiter(caller, _ => new ConcurrencyLimiterOptions { PermitLimit = most }), StringComparer.Ordinal);
}

using System.Runtime.InteropServices;
using EventStream.Api.Access.Limits;
using EventStream.Bus;

namespace EventStream.Api.Access.Audit;

/// <summary>Says in the log what callers did: counted, a line a minute for each, and each deletion at once. Nothing of it is a secret.</summary>
internal sealed partial class AuditLog(TimeProvider time, ILogger<AuditLog> logger) : BackgroundService
{
    /// <summary>The most callers that have a line of their own in a minute; what all others did stands in one line.</summary>
    public const int MaxCallers = 1000;

    private const string Others = "(all further callers)";

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Dictionary<string, long[]> _counts = new(StringComparer.Ordinal);

    /// <summary>Counts what a caller did.</summary>
    public void Count(CallerId caller, CallerAct act, long times = 1)
    {
        if (times == 0) return;
        lock (_lock)
        {
            var name = _counts.Count < MaxCallers || _counts.ContainsKey(caller.Label) ? caller.Label : Others;
            ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, name, out _);
            counts ??= new long[Enum.GetValues<CallerAct>().Length];
            counts[(int)act] += times;
        }
    }

    /// <summary>A request goes no further. Who shows nothing that counts is known by the address.</summary>
    public void Refused(HttpContext context) => Count(CallerId.Of(context, context.Features.Get<Caller>() ?? Caller.Anyone), CallerAct.Refused);

    /// <summary>A caller deleted a stream.</summary>
    public void Deleted(CallerId caller, StreamKey stream) => LogDeleted(caller.Label, stream);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Tell();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Tell();
        }
    }

    private void Tell()
    {
        Dictionary<string, long[]> counts;
        lock (_lock) (counts, _counts) = (_counts, new(StringComparer.Ordinal));
        foreach (var (caller, done) in counts)
            LogActivity(caller, done[(int)CallerAct.Published], done[(int)CallerAct.Refused], done[(int)CallerAct.Throttled], done[(int)CallerAct.TicketMade]);
    }

    [LoggerMessage(1406, LogLevel.Information, "{Caller} since the last such line: {Published} events stored, {Refused} requests refused, {Throttled} throttled, {Tickets} tickets made.", EventName = "CallerActivity")]
    private partial void LogActivity(string caller, long published, long refused, long throttled, long tickets);

    [LoggerMessage(1407, LogLevel.Information, "{Caller} deleted {Stream}.", EventName = "StreamDeleted")]
    private partial void LogDeleted(string caller, StreamKey stream);
}

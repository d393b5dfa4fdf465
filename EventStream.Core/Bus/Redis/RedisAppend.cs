using System.Globalization;
using EventStream.Events;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>The arguments and the answer of <c>append.lua</c>.</summary>
internal static class RedisAppend
{
    private const int Settings = 19;
    private const int PerEvent = 3;

    public static RedisValue[] Arguments(AppendRequest request, Cursor known, long acknowledged, LogOptions log, DateTimeOffset now)
    {
        var arguments = new RedisValue[Settings + PerEvent * request.Events.Count];
        ((RedisValue[])
        [
            request.Stream.ToString(), now.ToUnixTimeMilliseconds(),
            log.MaxEvents, log.MaxBytes, Milliseconds(log.Retention), Milliseconds(log.MetaRetention),
            log.DedupeEvents, Milliseconds(log.DedupeWindow), log.MaxEndedRuns, BusLimits.MaxProducers,
            known.Epoch, known.Offset, request.ExpectedHead?.ToString() ?? "",
            request.Producer?.ProducerId ?? "", request.Producer?.FirstSequence ?? 0, acknowledged,
            request.Publisher is { } publisher ? EventWriter.Escaped(publisher.Name) : "", RightsOf(request),
            SpanOf(request) is { } span ? Milliseconds(span) : "",
        ]).CopyTo(arguments, 0);

        for (var i = 0; i < request.Events.Count; i++)
        {
            var envelope = request.Events[i];
            var at = Settings + PerEvent * i;
            arguments[at] = request.Producer is null ? request.Stream.KeyOf(envelope) : "";
            arguments[at + 1] = request.Stream.CanEnd ? Mark(request, envelope) : ".";
            arguments[at + 2] = EventWriter.ToUtf8(envelope);
        }
        return arguments;
    }

    public static AppendResult Result(AppendRequest request, RedisResult answer)
    {
        var parts = (RedisResult[])answer!;
        if (!Cursor.TryParse((string?)parts[1], out var head)) throw new BusUnavailableException("Redis' answer names no cursor.");
        switch ((long)parts[0])
        {
            case 1: return new AppendResult { Receipts = [], Head = head, IsConflict = true };
            case 2: throw Publisher.MayNotEnd(request.Events[(int)parts[2]], (int)parts[2]);
            case 3: throw Publisher.IdIsTaken(request.Events[(int)parts[2]], (int)parts[2]);
            case 5: throw LeasedRuns.TooMany(request.Events[(int)parts[2]], (int)parts[2]);
            case 4: return new AppendResult { Receipts = [], Head = head, LeaseLeft = TimeSpan.FromMilliseconds(Math.Max(0, (long)parts[2])) };
        }

        var receipts = new EventReceipt[request.Events.Count];
        var exceptions = parts.Length > 3 ? (RedisResult[])parts[3]! : null;
        for (var i = 0; i < receipts.Length; i++)
        {
            var id = request.Events[i].EventId;
            receipts[i] = exceptions is null
                ? new EventReceipt(id, head with { Offset = head.Offset - receipts.Length + 1 + i }, AppendOutcome.Stored)
                : Receipt(id, head.Epoch, (string)exceptions[i]!);
        }
        return new AppendResult { Receipts = receipts, Head = head, Listeners = (long)parts[2] };
    }

    // 's<offset>' stored, 'd<offset>' or 'd' duplicate, 'r' run ended, 'k' run taken
    private static EventReceipt Receipt(string eventId, long epoch, string code)
    {
        Cursor? cursor = long.TryParse(code.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? new Cursor(epoch, offset) : null;
        return new EventReceipt(eventId, cursor, code[0] switch
        {
            's' => AppendOutcome.Stored,
            'd' => AppendOutcome.Duplicate,
            'k' => AppendOutcome.RunTaken,
            _ => AppendOutcome.RunEnded,
        });
    }

    // Runs and ends belong to sessions: two sessions of a project may use the same run id.
    private static string Mark(AppendRequest request, Event envelope) => EventCatalogue.RoleOf(envelope.Type) switch
    {
        EventRole.EndsRun => $"{EndMark(request)}{envelope.RunId}",
        EventRole.StartsRun => $"{(request.Claim ? 'k' : 'o')}{envelope.RunId}{About(envelope)}",
        EventRole.RequestsRun => $"q{envelope.RunId}{About(envelope)}",
        EventRole.Command => $"c{envelope.RunId}",
        EventRole.EndsSession => $"e{envelope.RunId}",
        EventRole.DeletesSession => $"d{envelope.RunId}",
        EventRole.StartsSession => $"s{envelope.RunId}",
        _ => envelope.RunId is null ? "." : $".{envelope.RunId}",
    };

    private static string About(Event envelope) => RunStart.Of(envelope) is { IsKnown: true } start ? $" /{start.Agent}/{start.ProjectId}" : "";

    // Looking for claims costs as much as a third of storing a small event.
    private static TimeSpan? SpanOf(AppendRequest request) => request.EndsLost?.Renewable ?? request.Lease ?? (request.Claim ? TimeSpan.Zero : null);

    private static char EndMark(AppendRequest request) => request.EndsLost is not { } lost ? 't' : lost.IsStarted ? 'l' : 'u';

    // 'a' ends any run, 'p' its own, 's' stores events whose ids are taken
    private static string RightsOf(AppendRequest request) => request switch
    {
        { Publisher: null } => "",
        { Stream.RefusesTakenIds: false } => "s",
        _ => request.Publisher.MayEndAnyRun ? "a" : "p",
    };

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;
}

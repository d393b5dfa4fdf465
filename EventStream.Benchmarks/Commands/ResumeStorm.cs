using System.Diagnostics;
using System.Net;
using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Benchmarks.Commands;

/// <summary>Rounds in which clients return to one session.</summary>
internal sealed class ResumeStorm(Site site, IEventAppender bus, RedisSocket redis)
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);

    private int _sentAway;

    public required int Clients { get; init; }

    public required int Events { get; init; }

    public required int Missed { get; init; }

    public required bool IsSpread { get; init; }

    public required bool IsWatched { get; init; }

    public required int Rate { get; init; }

    public required int TextBytes { get; init; }

    public async Task<ResumeRound> RunAsync()
    {
        var session = NumberedEvents.NewSession("resume");
        var stream = new Uri(site.Server, $"/events/{session}");
        var endPoint = await StreamClient.FindAsync(site.Server);
        using var watcher = new StreamClient(new EventCheck(0));
        if (IsWatched)
        {
            await watcher.OpenAsync(endPoint, stream, cursor: null);
            await watcher.StartedAsync();
        }
        var head = await NumberedEvents.FillAsync(bus, session, Events, TextBytes);
        if (IsWatched) await watcher.ReadUpToAsync(Events - 1);

        var before = await RedisWork.ReadAsync(redis);
        var since = Stopwatch.GetTimestamp();
        var clients = new StreamClient[Clients];
        var starts = new (long ConnectedFrom, long RequestSent)[Clients];
        _sentAway = 0;
        try
        {
            var finished = await (Rate > 0 ? ResumeAtRateAsync(clients, starts, endPoint, stream, head) : ResumeAtOnceAsync(clients, starts, endPoint, stream, head)).WaitAsync(MaxWait);
            var seconds = Stopwatch.GetElapsedTime(since, finished.Max()).TotalSeconds;
            var after = await RedisWork.ReadAsync(redis);
            return new ResumeRound
            {
                Seconds = seconds,
                FromConnect = [.. starts.Select((start, i) => Stopwatch.GetElapsedTime(start.ConnectedFrom, finished[i]).TotalMilliseconds)],
                FromRequest = [.. starts.Select((start, i) => Stopwatch.GetElapsedTime(start.RequestSent, finished[i]).TotalMilliseconds)],
                Scripts = after.CallsSince(before, "eval", "evalsha"),
                Ranges = after.CallsSince(before, "xrange"),
                SentAway = _sentAway,
                EventsRead = clients.Select((_, i) => (long)MissedBy(i)).Sum(),
            };
        }
        finally
        {
            foreach (var client in clients) client?.Dispose();
        }
    }

    private Task<long[]> ResumeAtOnceAsync(StreamClient[] clients, (long ConnectedFrom, long RequestSent)[] starts, EndPoint endPoint, Uri stream, Cursor head) =>
        Task.WhenAll(Enumerable.Range(0, Clients).Select(i => ResumeAsync(clients, starts, i, endPoint, stream, head)));

    /// <summary>All clients are connected and idle; one after the other leaves at its due time and returns.</summary>
    private async Task<long[]> ResumeAtRateAsync(StreamClient[] clients, (long ConnectedFrom, long RequestSent)[] starts, EndPoint endPoint, Uri stream, Cursor head)
    {
        var idle = new StreamClient[Clients];
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => ResumeAsync(idle, starts, i, endPoint, stream, head)));
            var start = Stopwatch.GetTimestamp();
            var resuming = new Task<long>[Clients];
            for (var i = 0; i < Clients; i++)
            {
                var due = TimeSpan.FromSeconds(i / (double)Rate);
                while (due - Stopwatch.GetElapsedTime(start) is { TotalMilliseconds: >= 1 } left) await Task.Delay(left);
                idle[i].Dispose();
                resuming[i] = ResumeAsync(clients, starts, i, endPoint, stream, head);
            }
            return await Task.WhenAll(resuming);
        }
        finally
        {
            foreach (var client in idle) client?.Dispose();
        }
    }

    private async Task<long> ResumeAsync(StreamClient[] clients, (long ConnectedFrom, long RequestSent)[] starts, int i, EndPoint endPoint, Uri stream, Cursor head)
    {
        var first = Events - MissedBy(i);
        var cursor = first == 0 ? "0-0" : (head with { Offset = first }).ToString();
        (long ConnectedFrom, long RequestSent)? began = null;
        while (true)
        {
            var client = new StreamClient(new EventCheck(first));
            try
            {
                await client.OpenAsync(endPoint, stream, cursor);
                // The time of a client that was told to return later counts from its first attempt.
                starts[i] = began ??= (client.ConnectedFrom, client.RequestSent);
                var finished = await client.ReadUpToAsync(Events - 1);
                clients[i] = client;
                return finished;
            }
            catch (SentAwayException e) when (client.Check.Next == first)
            {
                client.Dispose();
                Interlocked.Increment(ref _sentAway);
                await Task.Delay(e.RetryMs);
            }
            catch
            {
                client.Dispose();
                throw;
            }
        }
    }

    private int MissedBy(int client) => IsSpread ? Math.Max(1, (int)((client + 1L) * Events / Clients)) : Missed;
}

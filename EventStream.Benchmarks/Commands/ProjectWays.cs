using EventStream.Benchmarks.Streams;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Benchmarks.Commands;

/// <summary>Publishes the same events with and without a project, and proves that every log holds each event once and in order.</summary>
internal sealed class ProjectWays(IEventBus bus, ProjectPublisher publisher, int sessions)
{
    private readonly Dictionary<string, int> _counts = [];
    private string? _project;

    /// <summary>Publishes to new sessions and a new project.</summary>
    public Task RunAsync(bool overHttp, bool hasProject, int events, int batch)
    {
        _counts.Clear();
        _project = hasProject ? NumberedEvents.NewSession("project") : null;
        for (var lane = 0; lane < sessions; lane++) _counts[NumberedEvents.NewSession("plain")] = events / sessions + (lane < events % sessions ? 1 : 0);
        return Task.WhenAll(_counts.Select(session => Task.Run(() => PublishAsync(overHttp, session.Key, session.Value, batch))).ToArray());
    }

    /// <summary>Checks the logs of the last run.</summary>
    /// <exception cref="InvalidDataException">An event is missing, repeated or out of order.</exception>
    public async Task CheckAsync()
    {
        foreach (var (session, count) in _counts) await CheckAsync(StreamKey.Session(session), count);
        if (_project is not null) await CheckAsync(StreamKey.Project(_project), _counts.Values.Sum());
    }

    private async Task PublishAsync(bool overHttp, string session, int count, int batch)
    {
        for (var first = 0; first < count; first += batch)
        {
            var some = Math.Min(batch, count - first);
            if (overHttp) await publisher.PostAsync(session, _project, first, some);
            else await publisher.ConfirmAsync(session, _project, first, some);
        }
    }

    private async Task CheckAsync(StreamKey stream, int count)
    {
        var next = new Dictionary<string, int>();
        var (after, read) = (Cursor.Zero, 0);
        while (true)
        {
            var page = await bus.ReadAsync(stream, after, 1000);
            foreach (var entry in page.Entries)
            {
                if (read++ > 0 && !entry.Cursor.Follows(after)) throw new InvalidDataException($"{stream} goes from {after} to {entry.Cursor}.");
                after = entry.Cursor;
                var envelope = EventReader.ReadLogged(entry.Envelope.Span);
                var due = next.GetValueOrDefault(envelope.SessionId);
                if (!envelope.Payload.ToString().StartsWith($"{{\"number\":{due},", StringComparison.Ordinal))
                    throw new InvalidDataException($"Position {after} of {stream} doesn't hold event {due} of {envelope.SessionId}.");
                next[envelope.SessionId] = due + 1;
            }
            if (page.Entries.Count == 0) break;
        }
        if (read != count) throw new InvalidDataException($"{stream} holds {read} events of {count}.");
    }
}

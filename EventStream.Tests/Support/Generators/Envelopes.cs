using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;

namespace EventStream.Tests.Support;

/// <summary>Events of one session, made in few words.</summary>
internal sealed class Envelopes(string sessionId)
{
    private readonly EventFactory _factory = new(TimeProvider.System);

    public static EventDefaults Defaults { get; } = new(SessionId: null, TimeProvider.System);

    public static Event Read(LogEntry entry) => EventReader.ReadLogged(entry.Envelope.Span);

    public Event Thought(string text = "so", string? eventId = null, string? runId = null, string? projectId = null) =>
        _factory.Create(sessionId, new AgentThought { Content = text }, new PublishOptions { EventId = eventId, RunId = runId, ProjectId = projectId });

    public Event[] Thoughts(int count, string? runId = null, string? projectId = null) =>
        [.. Enumerable.Range(1, count).Select(number => Thought($"{number}", runId: runId, projectId: projectId))];

    public Event RunStarted(string runId) => _factory.Create(sessionId, new RunStarted { RunId = runId });

    public Event RunCompleted(string runId) => _factory.Create(sessionId, new RunCompleted { RunId = runId });

    public Event RunFailed(string runId) => _factory.Create(sessionId, new RunFailed { RunId = runId, Error = "out of memory" });

    public Event RunCancelled(string runId) => _factory.Create(sessionId, new RunCancelled { RunId = runId });

    public Event SessionStarted() => _factory.Create(sessionId, new SessionStarted { SessionId = sessionId });

    public Event SessionDeleted() => _factory.Create(sessionId, new SessionDeleted());

    public Event SessionEnded() => _factory.Create(sessionId, new SessionEnded { SessionId = sessionId, Reason = "completed" });
}

using System.Globalization;
using System.Text.Json;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sessions;
using EventStream.Tests.Support;

namespace EventStream.Tests.Sessions;

/// <summary>Short ways to apply events to a session's state.</summary>
internal static class SessionEvents
{
    public static Event Event(string type, string payload, string? run = null, string? execution = null, string? agent = null, string? source = null, string? id = null)
    {
        var said = EventPayload.Parse(payload);
        return new Event
        {
            EventId = id ?? Guid.NewGuid().ToString(),
            SessionId = "s1",
            Timestamp = FixedTime.Now,
            Type = type,
            Payload = said,
            RunId = EventReader.PromoteRunId(said, run),
            ExecutionId = execution,
            AgentId = agent,
            Source = source,
        };
    }

    public static SessionState Then(this SessionState state, Event next) => state.Apply(next, state.Head.Next);

    public static SessionState Then(this SessionState state, string type, string payload, string? run = null, string? execution = null, string? agent = null) =>
        state.Then(Event(type, payload, run, execution, agent));

    /// <summary>The state after one event for each number, which replaces <c>#</c>.</summary>
    public static SessionState ThenEach(this SessionState state, int count, string type, string payload, string? execution = null) =>
        Enumerable.Range(0, count).Aggregate(state, (told, number) => told.Then(type, payload.Replace("#", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal), execution: execution?.Replace("#", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));

    /// <summary>The entries of a log that holds the events.</summary>
    public static IEnumerable<LogEntry> Log(IEnumerable<Event> events)
    {
        var cursor = Cursor.Zero;
        foreach (var next in events) yield return new LogEntry(cursor = cursor.Next, EventWriter.ToUtf8(next));
    }

    /// <summary>All visible values of a state.</summary>
    public static string Describe(this SessionState state) => JsonSerializer.Serialize(new
    {
        Head = state.Head.ToString(),
        Messages = state.OpenMessages.Select(message => $"{message} {message.Text}"),
        Calls = state.OpenToolCalls.Select(call => $"{call}"),
        Known = Enumerable.Range(0, 6).Select(number => $"{state.ToolCall($"c{number}")}"),
        state.OpenSteps,
        state.AgentStatus,
        state.Errors,
        state.LastEventAt,
        Runs = Enumerable.Range(0, 6).Select(number => $"{state.Run($"r{number}")}"),
        Executions = Enumerable.Range(0, 6).Select(number => $"{state.Execution($"x{number}")}"),
    });
}

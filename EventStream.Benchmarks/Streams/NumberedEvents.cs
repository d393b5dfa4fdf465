using System.Globalization;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Benchmarks.Streams;

/// <summary>The events that benchmarks publish. Each carries its number, so that a reader can prove that none is lost, repeated or out of order.</summary>
internal static class NumberedEvents
{
    public const string Type = "agent_message_delta";

    private static readonly EventFactory Factory = new(TimeProvider.System);

    /// <summary>The name of a session that no earlier run used.</summary>
    public static string NewSession(string purpose) => $"{purpose}-{Guid.NewGuid():N}";

    public static EventPayload Payload(int number, int textBytes) => EventPayload.Parse(string.Create(CultureInfo.InvariantCulture,
        $$"""{"number":{{number}},"message_id":"m1","delta":"{{new string('x', textBytes)}}"}"""));

    public static Event Create(string session, int number, int textBytes, string? runId = null, string? eventId = null) =>
        Factory.Create(session, Type, Payload(number, textBytes), new PublishOptions { RunId = runId, EventId = eventId });

    /// <summary>Appends the events 0 to <paramref name="count"/> − 1 as one producer.</summary>
    /// <returns>The head of the log after that.</returns>
    public static async Task<Cursor> FillAsync(IEventAppender bus, string session, int count, int textBytes)
    {
        var producer = Guid.NewGuid().ToString("N");
        var head = Cursor.Zero;
        for (var first = 0; first < count; first += 500)
        {
            var request = new AppendRequest
            {
                Stream = StreamKey.Session(session),
                Events = [.. Enumerable.Range(first, Math.Min(500, count - first)).Select(number => Create(session, number, textBytes))],
                Producer = new ProducerPosition(producer, first + 1),
            };
            head = (await bus.AppendAsync(request)).Head;
        }
        return head;
    }
}

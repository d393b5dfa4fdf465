using EventStream.Dispatching;
using EventStream.Events;
using EventStream.Events.Payloads;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>Numbered events, whose order a test can check.</summary>
internal static class DispatchedEvents
{
    public static ValueTask NumberAsync(this EventDispatcher dispatcher, string sessionId, int number, CancellationToken cancellationToken = default) =>
        dispatcher.RunRetryAsync(sessionId, number, 9, "again", cancellationToken);

    public static async Task NumbersAsync(this EventDispatcher dispatcher, string sessionId, int first, int count)
    {
        for (var number = first; number < first + count; number++) await dispatcher.NumberAsync(sessionId, number, TestContext.Current.CancellationToken);
    }

    public static int Number(this Event numbered) => numbered.Payload.As<RunRetry>().RetryCount;

    public static IEnumerable<int> Numbers(this IEnumerable<Event> events) => events.Select(Number);

    public static RunRetry Payload(int number) => new() { RetryCount = number, MaxRetries = 9, Reason = "again" };
}

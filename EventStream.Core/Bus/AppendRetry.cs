using System.Security.Cryptography;

namespace EventStream.Bus;

/// <summary>Repeats an append until the bus answers or a budget is spent.</summary>
internal static class AppendRetry
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    // What watchers wait for beyond the outage itself; a thousand publishers at this pace are a few thousand requests a second.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Appends; when the bus doesn't answer, repeats the same request with growing, jittered delays.</summary>
    /// <param name="appender">The bus.</param>
    /// <param name="request">What to append.</param>
    /// <param name="budget">How long to go on after the first failure; zero tries once.</param>
    /// <param name="time">What the delays are measured by.</param>
    /// <param name="onUnavailable">Hears of each attempt that failed.</param>
    /// <param name="retryOutOfMemory">Whether to go on when the bus is out of memory, which seldom passes soon.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="BusUnavailableException">The budget is spent; the last one that the bus threw.</exception>
    public static async ValueTask<AppendResult> AppendAsync(
        IEventAppender appender, AppendRequest request, TimeSpan budget, TimeProvider time,
        Action<BusUnavailableException>? onUnavailable = null, bool retryOutOfMemory = true, CancellationToken cancellationToken = default)
    {
        long? firstFailure = null;
        var delay = FirstDelay;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan left;
            try
            {
                return await appender.AppendAsync(request, cancellationToken).ConfigureAwait(false);
            }
            catch (BusUnavailableException e)
            {
                onUnavailable?.Invoke(e);
                left = budget - time.GetElapsedTime(firstFailure ??= time.GetTimestamp());
                if (left <= TimeSpan.Zero || (e.IsOutOfMemory && !retryOutOfMemory)) throw;
            }

            var jittered = Jittered(delay);
            await Task.Delay(jittered < left ? jittered : left, time, cancellationToken).ConfigureAwait(false);
            delay = delay + delay < LongestDelay ? delay + delay : LongestDelay;
        }
    }

    // Half to all of the delay: publishers that lost the bus together don't come back together.
    private static TimeSpan Jittered(TimeSpan delay) => delay * (RandomNumberGenerator.GetInt32(500, 1001) / 1000d);
}

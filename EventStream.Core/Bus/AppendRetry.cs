namespace EventStream.Bus;

/// <summary>Repeats appends until the bus answers or a budget is spent.</summary>
internal static class AppendRetry
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    // Clients wait this much longer than the outage at most. A thousand publishers retrying at this pace send two thousand requests a second.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(500);

    /// <summary>Appends to the stream of the request, then to those that its events are relayed to, and repeats unanswered appends with growing, jittered delays.</summary>
    /// <param name="appender">The bus; or a server, which relays by itself.</param>
    /// <param name="request">What to append.</param>
    /// <param name="budget">How long to go on after the first failure; zero tries once.</param>
    /// <param name="time">The clock of the delays.</param>
    /// <param name="onUnavailable">Called after each failed attempt.</param>
    /// <param name="retryOutOfMemory">Whether to retry when the bus is out of memory, or refuses lastingly: neither passes soon.</param>
    /// <param name="cancellationToken">Ends the retries at once.</param>
    /// <returns>The result of the batch in its own stream.</returns>
    /// <exception cref="BusUnavailableException">The budget is spent: this is the bus's last exception. Or it was cancelled after the events' own stream had stored them.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before that.</exception>
    public static async ValueTask<AppendResult> AppendAsync(
        IEventAppender appender, AppendRequest request, TimeSpan budget, TimeProvider time,
        Action<BusUnavailableException>? onUnavailable = null, bool retryOutOfMemory = true, CancellationToken cancellationToken = default)
    {
        var retryBudget = new RetryBudget(budget, time, onUnavailable, retryOutOfMemory);
        var result = await RepeatAsync(appender, request, retryBudget, cancellationToken).ConfigureAwait(false);
        if (appender is not IEventBus) return result;
        var relays = Relays.Of(request, result);
        return relays.Count == 0 ? result : result with { AgentListeners = await RelayAsync(appender, request.Stream, relays, retryBudget, cancellationToken).ConfigureAwait(false) };
    }

    /// <returns>How many hear the commands among the events.</returns>
    private static async Task<long> RelayAsync(IEventAppender appender, StreamKey holder, IReadOnlyList<AppendRequest> relays, RetryBudget retryBudget, CancellationToken cancellationToken)
    {
        var appends = relays.Select(relay => RepeatAsync(appender, relay, retryBudget, cancellationToken)).ToArray();
        try
        {
            var results = await Task.WhenAll(appends).ConfigureAwait(false);
            return results.Where((_, i) => relays[i].Stream.Kind == StreamKind.Agent).Sum(result => result.Listeners);
        }
        catch (Exception e) when (e is BusUnavailableException or OperationCanceledException)
        {
            var lacking = relays.Where((_, i) => !appends[i].IsCompletedSuccessfully).Select(relay => relay.Stream).ToArray();
            throw new BusUnavailableException($"{(e is BusUnavailableException ? e.Message : "The append was cancelled.")} {Relays.Describe(holder, lacking)}", e)
            {
                Refusal = (e as BusUnavailableException)?.Refusal,
                Lacking = lacking,
            };
        }
    }

    private static async Task<AppendResult> RepeatAsync(IEventAppender appender, AppendRequest request, RetryBudget retryBudget, CancellationToken cancellationToken)
    {
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
                left = retryBudget.After(e);
                if (left <= TimeSpan.Zero) throw;
            }

            var jittered = Jitter.HalfToAll(delay);
            await Task.Delay(jittered < left ? jittered : left, retryBudget.Time, cancellationToken).ConfigureAwait(false);
            delay = delay + delay < LongestDelay ? delay + delay : LongestDelay;
        }
    }

    /// <summary>How long the appends of one request are retried, all together.</summary>
    private sealed class RetryBudget(TimeSpan budget, TimeProvider time, Action<BusUnavailableException>? onUnavailable, bool retryOutOfMemory)
    {
        private readonly Lock _lock = new();
        private long? _firstFailure;

        public TimeProvider Time => time;

        public TimeSpan After(BusUnavailableException failure)
        {
            onUnavailable?.Invoke(failure);
            // An event whose announcement was refused is stored: repeated, it would be answered as a duplicate, and the publisher wouldn't learn of the refusal.
            if (failure.Refusal is { IsLasting: true } && !retryOutOfMemory) return TimeSpan.Zero;
            lock (_lock) return budget - time.GetElapsedTime(_firstFailure ??= time.GetTimestamp());
        }
    }
}

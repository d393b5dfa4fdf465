using EventStream.Bus;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Publishing;

/// <summary>Appends the events of a request within one time limit, which covers attempts, delays and a bus that hangs.</summary>
internal sealed class BoundedAppend(IEventAppender bus, IOptions<PublishingOptions> options, TimeProvider time, StopGrace stop)
{
    // Gives a slow bus time to finish its one attempt.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <remarks>The append goes on when the client leaves: otherwise a project could lack events that their session holds, and no one would repeat them.</remarks>
    /// <exception cref="BusUnavailableException">The bus didn't take the events, or didn't answer in time.</exception>
    public async Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var budget = options.Value.RetryBudget;
        using var deadline = new CancellationTokenSource(budget > ShortestWait ? budget : ShortestWait, time);
        cancellationToken.ThrowIfCancellationRequested();
        BusRefusal? refusal = null;
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop.Ended);
        try
        {
            return await AppendRetry.AppendAsync(bus, request, budget, time, failure => refusal = failure.Refusal, retryOutOfMemory: false, cancellationToken: waiting.Token);
        }
        catch (OperationCanceledException e) when (waiting.IsCancellationRequested)
        {
            throw new BusUnavailableException(refusal is null ? "The bus didn't answer in time." : $"{refusal.Reason}.", e) { Refusal = refusal };
        }
    }
}

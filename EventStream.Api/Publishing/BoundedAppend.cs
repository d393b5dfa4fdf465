using EventStream.Bus;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Publishing;

/// <summary>Appends what a request brought, within a time that is bounded as a whole: attempts, delays and a bus that hangs.</summary>
internal sealed class BoundedAppend(IEventAppender bus, IOptions<PublishingOptions> options, TimeProvider time, StopGrace stop)
{
    // A slow bus must have time to finish one attempt.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <remarks>It goes on when the client leaves: otherwise the session could hold an event that its project lacks, and no one would send it again.</remarks>
    /// <exception cref="BusUnavailableException">The bus didn't take the events, or didn't say so in time.</exception>
    public async Task<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var budget = options.Value.RetryBudget;
        using var deadline = new CancellationTokenSource(budget > ShortestWait ? budget : ShortestWait, time);
        cancellationToken.ThrowIfCancellationRequested();
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop.Ended);
        try
        {
            return await AppendRetry.AppendAsync(bus, request, budget, time, retryOutOfMemory: false, cancellationToken: waiting.Token);
        }
        catch (OperationCanceledException e) when (waiting.IsCancellationRequested)
        {
            throw new BusUnavailableException("The bus didn't answer in time.", e);
        }
    }
}

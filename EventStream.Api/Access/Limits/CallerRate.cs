using System.Threading.RateLimiting;

namespace EventStream.Api.Access.Limits;

/// <summary>How much of something each caller may do a second.</summary>
/// <param name="perSecond">How much.</param>
/// <param name="largest">The most that is asked for at once; it is given when nothing was taken for a while, however low the rate.</param>
internal sealed class CallerRate(int perSecond, int largest) : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // Below it a tenth would be far from a tenth.
    private const int LeastInSteps = 1000, Steps = 10;

    private readonly int _most = Math.Max(perSecond, largest);

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(caller => RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
    {
        TokenLimit = Math.Max(perSecond, largest),
        TokensPerPeriod = perSecond >= LeastInSteps ? perSecond / Steps : perSecond,
        ReplenishmentPeriod = perSecond >= LeastInSteps ? Second / Steps : Second,
        // Who waits is an upload that was let in.
        QueueLimit = int.MaxValue,
        AutoReplenishment = false,
    }), StringComparer.Ordinal);

    /// <returns>Null when it was given, else when it will be.</returns>
    public TimeSpan? Take(string caller, long wanted)
    {
        using var lease = _limiter.AttemptAcquire(caller, Permits(wanted));
        if (lease.IsAcquired) return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : Second;
    }

    /// <summary>Waits until it is given.</summary>
    public async Task WaitAsync(string caller, long wanted, CancellationToken cancellationToken)
    {
        using var lease = await _limiter.AcquireAsync(caller, Permits(wanted), cancellationToken);
    }

    public void Dispose() => _limiter.Dispose();

    private int Permits(long wanted) => (int)Math.Min(wanted, _most);
}

using EventStream.Api.Problems;
using EventStream.Bus;

namespace EventStream.Api.Health;

/// <summary>Whether the bus takes events, asked at most once a second however many probes come.</summary>
internal sealed class Readiness(IEventBus bus, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<string?>? _answer;
    private long _askedAt;

    /// <summary>Why the bus takes nothing, as a sentence; null when it does.</summary>
    public Task<string?> ObstacleAsync()
    {
        lock (_lock)
        {
            if (_answer is { } answer && (!answer.IsCompleted || time.GetElapsedTime(_askedAt) < Validity)) return answer;
            _askedAt = time.GetTimestamp();
            return _answer = AskAsync();
        }
    }

    private async Task<string?> AskAsync()
    {
        using var deadline = new CancellationTokenSource(Patience, time);
        try
        {
            await bus.PingAsync(deadline.Token);
            return null;
        }
        catch (BusUnavailableException e) when (e.Refusal is not null)
        {
            var (reason, fix) = ProblemResults.Why(e);
            return $"{reason}. {fix}";
        }
        catch (Exception e) when (e is BusUnavailableException or OperationCanceledException)
        {
            return $"{ProblemResults.Unreachable.Reason}.";
        }
    }
}

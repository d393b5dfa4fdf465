using EventStream.Bus.Redis.Commands;
using EventStream.Bus.Redis.Scripts;
using EventStream.Bus.Redis.Wire;
using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>Says of refused commands which right or which key it is, where Redis doesn't.</summary>
internal sealed class RedisAnswers(RedisCommands commands, TimeProvider time)
{
    // While a right is missing, every request asks for its name.
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<BusRefusal?>? _missing;
    private long _askedAt;

    /// <summary>Runs each command of the scripts once.</summary>
    /// <exception cref="BusUnavailableException">Redis doesn't do one of them; it says which.</exception>
    public async Task ProveAsync(CancellationToken cancellationToken)
    {
        RedisValue[] channels = [.. RedisNames.ReadyChannels.Select(channel => (RedisValue)(string)channel!)];
        try
        {
            await commands.RunAsync(database => RedisScript.Ready.RunAsync(database, RedisNames.Ready, channels), cancellationToken).ConfigureAwait(false);
        }
        catch (BusUnavailableException e) when (RedisRefusals.ForKey(e.Refusal, RedisNames.Ready[0]!) is { } told && told != e.Refusal)
        {
            throw RedisFaults.Unavailable(e.InnerException ?? e, told);
        }
    }

    /// <summary>The answer to a command.</summary>
    /// <param name="asked">The command.</param>
    /// <param name="key">The key that it is about; null for the keys of a stream.</param>
    /// <exception cref="BusUnavailableException">Redis didn't do it; it says why.</exception>
    public async Task<T> OfAsync<T>(Task<T> asked, string? key = null)
    {
        try
        {
            return await asked.ConfigureAwait(false);
        }
        catch (BusUnavailableException e) when (RedisRefusals.LacksName(e.Refusal))
        {
            throw await MissingAsync().ConfigureAwait(false) is { } named ? RedisFaults.Unavailable(e.InnerException ?? e, named) : e;
        }
        catch (BusUnavailableException e) when (key is not null && RedisRefusals.ForKey(e.Refusal, key) is { } told && told != e.Refusal)
        {
            throw RedisFaults.Unavailable(e.InnerException ?? e, told);
        }
    }

    private Task<BusRefusal?> MissingAsync()
    {
        lock (_lock)
        {
            if (_missing is { } missing && (!missing.IsCompleted || time.GetElapsedTime(_askedAt) < Validity)) return missing;
            _askedAt = time.GetTimestamp();
            return _missing = AskAsync();
        }
    }

    private async Task<BusRefusal?> AskAsync()
    {
        try
        {
            await ProveAsync(CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (BusUnavailableException e)
        {
            return e.Refusal is { IsLasting: true } refusal && refusal.Reason == RedisRefusals.MissingRightReason ? refusal : null;
        }
    }
}

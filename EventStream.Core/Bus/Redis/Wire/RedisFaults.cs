using StackExchange.Redis;

namespace EventStream.Bus.Redis.Wire;

/// <summary>Which exceptions of the client library mean what.</summary>
internal static class RedisFaults
{
    /// <summary>Whether the script is unknown to this server and must be sent again.</summary>
    public static bool IsUnknownScript(Exception fault) => fault is RedisServerException && fault.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal);

    /// <summary>Whether Redis has done nothing, and the client library knows what to do: to send the script, or to ask another node.</summary>
    public static bool IsForAnotherTry(RedisServerException fault) =>
        fault.Message is var words && (IsUnknownScript(fault) || words.StartsWith("MOVED ", StringComparison.Ordinal) || words.StartsWith("ASK ", StringComparison.Ordinal) || words.StartsWith("READONLY ", StringComparison.Ordinal));

    /// <summary>Whether the fault is Redis' or the network's, so that the same request may succeed later.</summary>
    /// <remarks>A server error is among them: during a failover Redis answers READONLY, CLUSTERDOWN, LOADING, MOVED and more.</remarks>
    public static bool IsUnavailable(Exception fault) =>
        fault is RedisConnectionException or RedisCommandException or RedisServerException or TimeoutException or ObjectDisposedException or BusUnavailableException;

    /// <param name="fault">What was thrown.</param>
    /// <param name="refusal">Why Redis refused; null when it gave no answer.</param>
    public static BusUnavailableException Unavailable(Exception fault, BusRefusal? refusal) => fault as BusUnavailableException
        ?? new BusUnavailableException(refusal is null ? "Redis didn't answer." : $"{refusal.Reason}.", fault) { Refusal = refusal };

    /// <summary>Why Redis refused; null when the fault is none of its answers.</summary>
    /// <param name="fault">What was thrown.</param>
    /// <param name="words">The words of Redis, or of the client library.</param>
    public static BusRefusal? Refusal(Exception fault, out string words)
    {
        words = fault.Message;
        if (fault is RedisServerException) return RedisRefusals.Of(words);
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            words = cause.Message;
            if (cause is BusUnavailableException { Refusal: { } told }) return told;
            // The library tells of a refused password in the words of its connection failures.
            if (cause is RedisException && RedisRefusals.Find(words) is { } refusal) return refusal;
        }
        return null;
    }
}

using System.Runtime.CompilerServices;
using EventStream.Api.Access.Keys;

namespace EventStream.Api.Access;

/// <summary>Says of callers whose streams are open whether they may go on.</summary>
internal sealed class CallerWatch(KeyTable keys, TimeProvider time)
{
    // Streams that began together don't come back in one moment.
    private const int LongestNoticeSeconds = 60, NoticeJitterSeconds = 15;

    public bool IsRevoked(Caller caller) => caller.Key is { } key && keys.IsRevoked(key);

    public bool HasExpired(Caller caller) => caller.ExpiresAt <= time.GetUtcNow();

    /// <summary>Whether it is time to say that the credential ends, a minute before it does.</summary>
    /// <param name="caller">Who watches.</param>
    /// <param name="stream">What tells the caller's streams apart.</param>
    public bool ExpiresSoon(Caller caller, object stream) =>
        caller.ExpiresAt - TimeSpan.FromSeconds(LongestNoticeSeconds - (uint)RuntimeHelpers.GetHashCode(stream) % NoticeJitterSeconds) <= time.GetUtcNow();
}

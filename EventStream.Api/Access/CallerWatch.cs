using System.Runtime.CompilerServices;
using EventStream.Api.Access.Keys;

namespace EventStream.Api.Access;

/// <summary>Says of callers whose streams or uploads are open whether they may go on.</summary>
internal sealed class CallerWatch(KeyTable keys, TimeProvider time)
{
    /// <summary>How often the caller of an upload that is silent is looked at.</summary>
    /// <value>3 s: with the 5 s between two looks at the file of keys, an upload ends within 10 s.</value>
    public static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(3);

    /// <summary>By how much the clocks of an issuer of tokens may differ from this one.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    // Streams that began together don't come back in one moment.
    private const int LongestNoticeSeconds = 60, NoticeJitterSeconds = 15;

    public bool IsRevoked(Caller caller) => caller.Key is { } key && keys.IsRevoked(key);

    public bool HasExpired(Caller caller) => caller.ExpiresAt <= time.GetUtcNow();

    /// <summary>Lets a caller store something, by the rules that let its request in.</summary>
    /// <exception cref="CallerEndedException">Its key was taken out, or what it showed has expired.</exception>
    public void Require(Caller caller)
    {
        if (IsRevoked(caller)) throw new CallerEndedException("The key no longer counts, or was changed (auth_revoked); nothing more is stored. Send the rest with a key that counts.");
        var skew = caller.IsTicket ? TimeSpan.Zero : ClockSkew;
        if (caller.ExpiresAt + skew <= time.GetUtcNow())
            throw new CallerEndedException($"The {(caller.IsTicket ? "ticket" : "token")} has expired (auth_expired); nothing more is stored. Send the rest with a new one.");
    }

    /// <summary>Whether it is time to say that the credential ends, a minute before it does.</summary>
    /// <param name="caller">Who watches.</param>
    /// <param name="stream">What tells the caller's streams apart.</param>
    public bool ExpiresSoon(Caller caller, object stream) =>
        caller.ExpiresAt - TimeSpan.FromSeconds(LongestNoticeSeconds - (uint)RuntimeHelpers.GetHashCode(stream) % NoticeJitterSeconds) <= time.GetUtcNow();
}

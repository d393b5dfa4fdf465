using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace EventStream.Api.Access.Credentials;

/// <summary>The keys that the issuer of tokens publishes, by OpenID Connect.</summary>
/// <remarks>
/// In place of the framework's own: with that, requests that come while the issuer is away wait for it one after the other, the first token of a new key is refused,
/// and a key that the issuer has withdrawn goes on to count for an hour.
/// </remarks>
internal sealed partial class IssuerKeys(string authority, TimeProvider time, ILogger<IssuerKeys> logger) : IConfigurationManager<OpenIdConnectConfiguration>, IDisposable
{
    private const int MaxBytes = 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan IdleTime = 2 * LongestRetryDelay;

    // Anyone can send tokens of an unknown key, and by them make the server ask: that often.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    // A proxy isn't for this machine.
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = !new Uri(authority).IsLoopback }) { Timeout = Timeout, MaxResponseContentBufferSize = MaxBytes };
    private readonly Lock _lock = new();
    private Task<OpenIdConnectConfiguration?> _asking = Task.FromResult<OpenIdConnectConfiguration?>(null);
    private OpenIdConnectConfiguration? _known;
    private long? _asked;
    private long _readAt;
    private int _failures;
    private bool _isAwaited;

    /// <summary>The keys, as far as they are known. Waits for the first ones, and for others when these are old.</summary>
    /// <returns>Null when the issuer was never reached.</returns>
    public Task<OpenIdConnectConfiguration?> GetAsync()
    {
        lock (_lock)
        {
            if (_known is null) return Since() < Pause ? _asking : AskNeedsLock(TimeSpan.Zero);
            if (time.GetElapsedTime(_readAt) < Lifetime) return Task.FromResult<OpenIdConnectConfiguration?>(_known);
            if (_asking.IsCompleted && Since() >= RetryDelay())
            {
                // While the issuer is away requests go on with what is known, and it is asked beside them. After an idle time nobody knows whether it is.
                _isAwaited = _failures == 0 || Since() >= IdleTime;
                _ = AskNeedsLock(TimeSpan.Zero);
            }
            return _isAwaited && !_asking.IsCompleted ? _asking : Task.FromResult<OpenIdConnectConfiguration?>(_known);
        }
    }

    /// <summary>Asks the issuer whether it has other keys by now.</summary>
    /// <param name="known">The keys among which one was missed.</param>
    /// <returns>Whether there are others.</returns>
    public async Task<bool> HasOthersAsync(OpenIdConnectConfiguration known)
    {
        Task asking;
        lock (_lock) asking = ReferenceEquals(_known, known) ? AskNeedsLock(Pause - Since()) : Task.CompletedTask;
        await asking;
        return !ReferenceEquals(Volatile.Read(ref _known), known);
    }

    async Task<OpenIdConnectConfiguration> IConfigurationManager<OpenIdConnectConfiguration>.GetConfigurationAsync(CancellationToken cancel) =>
        await GetAsync() ?? throw new InvalidOperationException("The issuer of tokens was never reached.");

    // The handler asks for it without waiting; HasOthersAsync does.
    void IConfigurationManager<OpenIdConnectConfiguration>.RequestRefresh() { }

    public void Dispose() => _client.Dispose();

    private TimeSpan Since() => _asked is { } asked ? time.GetElapsedTime(asked) : TimeSpan.MaxValue;

    private TimeSpan RetryDelay() => _failures == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(Pause.TotalSeconds * Math.Pow(2, _failures - 1), LongestRetryDelay.TotalSeconds));

    // All who wait share one question.
    private Task<OpenIdConnectConfiguration?> AskNeedsLock(TimeSpan wait)
    {
        if (!_asking.IsCompleted) return _asking;
        // Before it has begun: whoever comes meanwhile waits for this question.
        _asked = time.GetTimestamp();
        return _asking = Task.Run(() => AskAsync(wait));
    }

    private async Task<OpenIdConnectConfiguration?> AskAsync(TimeSpan wait)
    {
        if (wait > TimeSpan.Zero) await Task.Delay(wait, time);
        var address = $"{authority.TrimEnd('/')}/.well-known/openid-configuration";
        try
        {
            var documents = new HttpDocumentRetriever(_client) { RequireHttps = address.StartsWith("https:", StringComparison.OrdinalIgnoreCase) };
            var found = await OpenIdConnectConfigurationRetriever.GetAsync(address, documents, CancellationToken.None);
            if (found.SigningKeys.Count == 0) throw new InvalidDataException("It publishes no keys.");
            bool wasAway;
            lock (_lock) (wasAway, _known, _readAt, _failures) = (_failures > 0, found, time.GetTimestamp(), 0);
            if (wasAway) LogReached(address);
            return found;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            int failures;
            lock (_lock) failures = ++_failures;
            // Told once until it answers again.
            if (failures == 1) LogAway(address, e.GetBaseException().Message.TrimEnd('.'));
            return Volatile.Read(ref _known);
        }
    }
}

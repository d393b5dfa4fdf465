using System.Collections.Concurrent;
using System.Net;
using EventStream.Bus.Redis.Wire;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Commands;

/// <summary>The client library's connections that commands take: to every node that it knows of. It heals them itself.</summary>
internal sealed partial class CommandConnection(ConfigurationOptions configuration, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    // Redis may refuse thousands of commands a second for one reason.
    private static readonly TimeSpan RefusalPeriod = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<EndPoint, bool> _down = new();
    private readonly CancellationTokenSource _closing = new();
    private Task<ConnectionMultiplexer>? _multiplexer;
    private ConnectionMultiplexer? _sentinels;
    private volatile bool _isUnreachable;
    // Why the last node that was asked didn't take the user and password; null when it did.
    private volatile BusUnavailableException? _refused;
    private readonly TaskCompletionSource _firstRefusal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    // When each reason was told; there are few.
    private readonly Dictionary<BusRefusal, long> _refusedAt = [];
    private bool _isDisposed;

    /// <summary>Whether lost connections are logged.</summary>
    public bool TellsOutages { get; init; } = true;

    /// <summary>Makes the settings by which each connection proves that the node takes this client, and tells whether it did; null when that isn't to be proved.</summary>
    public Func<Action<BusUnavailableException?>, ConfigurationOptions>? Proving { get; init; }

    /// <summary>The library's connections; completes once it has tried to connect, whether it could or not.</summary>
    public Task<ConnectionMultiplexer> MultiplexerAsync()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            // The library looks up names on its caller's thread.
            return _multiplexer ??= Task.Run(ConnectAsync);
        }
    }

    /// <summary>The library's connections for a command.</summary>
    /// <exception cref="BusUnavailableException">Redis refuses the user or password. The library tries on for seconds before it says so.</exception>
    /// <exception cref="TimeoutException">It hasn't connected in time.</exception>
    public async Task<ConnectionMultiplexer> MultiplexerAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var connecting = MultiplexerAsync();
        if (!connecting.IsCompleted) await Task.WhenAny(connecting, _firstRefusal.Task).WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
        if (!connecting.IsCompleted && _refused is { } refused) throw refused;
        return await connecting.WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Logs that Redis refused a command, each reason once a minute at most.</summary>
    /// <param name="refusal">What the error means.</param>
    /// <param name="error">The words of Redis, or of the client library.</param>
    public void NoteRefusal(BusRefusal refusal, string error)
    {
        lock (_lock)
        {
            if (_refusedAt.TryGetValue(refusal, out var refused) && time.GetElapsedTime(refused) < RefusalPeriod) return;
            _refusedAt[refusal] = time.GetTimestamp();
        }
        LogRefused(refusal.Reason, refusal.Fix, error);
    }

    /// <summary>What callers are told of a fault of Redis; logs a refusal.</summary>
    public BusUnavailableException Unavailable(Exception fault)
    {
        var refusal = Refusal(fault, out var words);
        if (refusal is not null) NoteRefusal(refusal, words);
        return RedisFaults.Unavailable(fault, refusal);
    }

    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? multiplexer;
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            multiplexer = _multiplexer;
        }
        await _closing.CancelAsync().ConfigureAwait(false);
        try
        {
            if (multiplexer is not null)
            {
                var connected = await multiplexer.ConfigureAwait(false);
                await connected.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
                await connected.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            // There never was a connection, or it is gone already.
        }
        if (_sentinels is not null) await _sentinels.DisposeAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    // The library says only that there is no connection.
    private BusRefusal? Refusal(Exception fault, out string words)
    {
        var refusal = RedisFaults.Refusal(fault, out words);
        if (refusal is not null || fault is not RedisConnectionException || _refused is not { } refused) return refusal;
        words = refused.Message;
        return refused.Refusal;
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var multiplexer = await TryUntilConnectedAsync().ConfigureAwait(false);
        multiplexer.ConnectionFailed += (_, e) => NoteLost(e);
        multiplexer.ConnectionRestored += (_, e) => NoteRestored(e);
        if (multiplexer.IsConnected) _isUnreachable = false;
        else await NoteNotConnectedAsync(multiplexer).ConfigureAwait(false);
        return multiplexer;
    }

    // The library says why only when it is asked for something.
    private async Task NoteNotConnectedAsync(ConnectionMultiplexer multiplexer)
    {
        try
        {
            await multiplexer.GetDatabase().PingAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFaults.IsUnavailable(e))
        {
            if (Refusal(e, out var words) is not { } refusal)
            {
                NoteUnreachable();
                return;
            }
            _isUnreachable = true;
            NoteRefusal(refusal, words);
        }
    }

    // The library throws instead of waiting when a host has no address yet, or no sentinel answers.
    private async Task<ConnectionMultiplexer> TryUntilConnectedAsync()
    {
        while (true)
        {
            try
            {
                return await TryConnectAsync().ConfigureAwait(false);
            }
            catch (Exception) when (!_closing.IsCancellationRequested)
            {
                NoteUnreachable();
                await Task.Delay(TimeSpan.FromMilliseconds(configuration.ConnectTimeout), time, _closing.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task<ConnectionMultiplexer> TryConnectAsync()
    {
        var proven = Proving?.Invoke(NoteProof) ?? configuration;
        if (proven == configuration || string.IsNullOrEmpty(configuration.ServiceName)) return await ConnectionMultiplexer.ConnectAsync(proven).ConfigureAwait(false);
        // Sentinels may have other credentials, or none, so they aren't asked for that proof.
        if (_sentinels is null)
        {
            var sentinels = configuration.Clone();
            (sentinels.User, sentinels.Password) = (configuration.SentinelUser, configuration.SentinelPassword);
            _sentinels = await ConnectionMultiplexer.SentinelConnectAsync(sentinels).ConfigureAwait(false);
        }
        // It blocks while it asks them for the master.
        return await Task.Run(() => _sentinels.GetSentinelMasterConnection(proven), _closing.Token).ConfigureAwait(false);
    }

    private void NoteProof(BusUnavailableException? refused)
    {
        _refused = refused;
        if (refused is not null) _firstRefusal.TrySetResult();
    }

    private void NoteUnreachable()
    {
        if (!_isUnreachable && TellsOutages) LogUnreachable(RedisNames.Of(configuration.EndPoints[0]));
        _isUnreachable = true;
    }

    private void NoteLost(ConnectionFailedEventArgs e)
    {
        if (_closing.IsCancellationRequested || e.ConnectionType != ConnectionType.Interactive || e.EndPoint is not { } endPoint) return;
        if (!_isUnreachable && _down.TryAdd(endPoint, true) && TellsOutages) LogLost(RedisNames.Of(endPoint), e.FailureType.ToString());
        if (e.Exception is { } fault && RedisFaults.Refusal(fault, out var words) is { } refusal) NoteRefusal(refusal, words);
    }

    private void NoteRestored(ConnectionFailedEventArgs e)
    {
        if (e.ConnectionType != ConnectionType.Interactive || e.EndPoint is not { } endPoint) return;
        var wasUnreachable = _isUnreachable;
        _isUnreachable = false;
        if ((_down.TryRemove(endPoint, out _) || wasUnreachable) && TellsOutages) LogRestored(RedisNames.Of(endPoint));
    }
}

using EventStream.Bus.Redis.Wire;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Commands;

/// <summary>Runs commands on the client library's connections.</summary>
internal sealed class RedisCommands(CommandConnection connection, TimeSpan timeout, TimeProvider time)
{
    private static readonly TimeSpan FirstReadDelay = TimeSpan.FromMilliseconds(50);

    // Thousands of feeds may read at once during an outage; four tries a second of each are enough.
    private static readonly TimeSpan LongestReadDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs a command once; refused when Redis didn't answer in time.</summary>
    /// <exception cref="BusUnavailableException">It is unknown whether Redis has done it.</exception>
    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            var multiplexer = await connection.MultiplexerAsync(timeout, cancellationToken).ConfigureAwait(false);
            // The library ends it when its time is up.
            return await call(multiplexer.GetDatabase()).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFaults.IsUnavailable(e))
        {
            throw connection.Unavailable(e);
        }
    }

    /// <summary>Runs a command that only reads; while there is no connection, again and again until the command timeout has passed.</summary>
    /// <remarks>The client library refuses commands at once while it is disconnected. A client that joins a stream then waits for Redis to come back.</remarks>
    /// <exception cref="BusUnavailableException">Redis didn't answer.</exception>
    public async Task<T> ReadAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var delay = FirstReadDelay; ; delay = delay + delay < LongestReadDelay ? delay + delay : LongestReadDelay)
        {
            try
            {
                return await RunAsync(call, cancellationToken).ConfigureAwait(false);
            }
            catch (BusUnavailableException e) when (e.InnerException is RedisConnectionException && time.GetElapsedTime(began) + delay < timeout)
            {
                await Task.Delay(Jitter.HalfToAll(delay), time, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}

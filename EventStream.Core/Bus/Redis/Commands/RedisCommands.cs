using EventStream.Bus.Redis.Wire;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Commands;

/// <summary>Runs commands, and tells the connection what became of them.</summary>
internal sealed class RedisCommands(CommandConnection connection, TimeSpan timeout, TimeProvider time)
{
    private static readonly TimeSpan ReadRetryDelay = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs a command once; refused when Redis didn't answer in time.</summary>
    /// <exception cref="BusUnavailableException">It is unknown whether Redis has done it.</exception>
    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken)
    {
        Task<T>? answering = null;
        try
        {
            var multiplexer = await connection.MultiplexerAsync().WaitAsync(timeout, time, cancellationToken).ConfigureAwait(false);
            answering = call(multiplexer.GetDatabase());
            return await answering.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFaults.IsUnavailable(e))
        {
            connection.NoteFault(e);
            throw RedisFaults.Unavailable(e);
        }
        catch (OperationCanceledException) when (answering is not null)
        {
            // The caller waits no longer, but a silent node must be noticed all the same.
            _ = NoteAsync(answering);
            throw;
        }
    }

    /// <summary>Runs a command that only reads; while there is no connection, again and again until the command timeout has passed.</summary>
    /// <remarks>The client library refuses commands at once while it is disconnected. A client that joins a stream then waits for Redis to come back.</remarks>
    /// <exception cref="BusUnavailableException">Redis didn't answer.</exception>
    public async Task<T> ReadAsync<T>(Func<IDatabase, Task<T>> call, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await RunAsync(call, cancellationToken).ConfigureAwait(false);
            }
            catch (BusUnavailableException e) when (e.InnerException is RedisConnectionException && time.GetElapsedTime(began) + ReadRetryDelay < timeout)
            {
                await Task.Delay(ReadRetryDelay, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task NoteAsync(Task answering)
    {
        try
        {
            await answering.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            connection.NoteFault(e);
        }
    }
}

using System.Buffers;
using System.Net;
using EventStream.Bus.Redis.Connections;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Scripts;

/// <summary>One connection for scripts, to a master. Many are under way at once.</summary>
/// <remarks>
/// The caller's thread writes, one thread reads, and the caller goes on on a third. Through the client library threads change 13 times for an event that
/// comes alone.
/// </remarks>
internal sealed class ScriptConnection : NodeConnection
{
    private const int LooksPerTimeout = 4;

    private readonly TimeProvider _time;

    private ScriptConnection(EndPoint endPoint, ConfigurationOptions configuration, TimeProvider time)
        : base(endPoint, configuration, ConnectionType.Interactive, time) => _time = time;

    /// <summary>Connects and returns once the node answers.</summary>
    /// <exception cref="BusUnavailableException">It doesn't.</exception>
    /// <exception cref="RedisServerException">It refuses the user, or the database.</exception>
    public static async Task<ScriptConnection> OpenAsync(EndPoint endPoint, ConfigurationOptions configuration, TimeProvider time)
    {
        var connection = new ScriptConnection(endPoint, configuration, time);
        await connection.OpenAsync("redis scripts", configuration.DefaultDatabase is > 0 and var database ? [RespWriter.Command("SELECT", $"{database}")] : []).ConfigureAwait(false);
        _ = connection.WatchAsync();
        return connection;
    }

    /// <summary>Runs a script that Redis knows.</summary>
    /// <exception cref="RedisServerException">Redis refused.</exception>
    /// <exception cref="BusUnavailableException">The connection was lost, or nothing came in time: it is unknown whether Redis has done it.</exception>
    public async Task<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments) =>
        (await Send((script, keys, arguments), static (call, output) => Write(call.script, call.keys, call.arguments, output)).ConfigureAwait(false))!;

    protected override void Read()
    {
        while (true)
        {
            if (!RespParser.TryReadAnswer(Received.Unread, out var answer, out var length)) return;
            Received.Take(length);
            if (answer.Resp2Type == ResultType.Error) Answers.Refuse(new RedisServerException(RedisErrorKind.UnknownError, CommandFlags.None, (string)answer!));
            else Answers.Answer(answer);
        }
    }

    private static void Write(RedisScript script, RedisKey[] keys, RedisValue[] arguments, IBufferWriter<byte> output)
    {
        RespWriter.WriteCount(output, 3 + keys.Length + arguments.Length);
        RespWriter.Write(output, "EVALSHA");
        RespWriter.Write(output, script.Name);
        RespWriter.Write(output, keys.Length);
        foreach (var key in keys) RespWriter.Write(output, (string)key!);
        foreach (var argument in arguments) RespWriter.Write(output, argument);
    }

    // Redis may be frozen, or the network silent, for as long as it likes without ending a connection.
    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Timeout / LooksPerTimeout, _time);
        while (!Lost.IsCompleted && await timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            if (Answers.LongestWait > Timeout) Fail("No answer");
        }
    }
}

using StackExchange.Redis;

namespace EventStream.Bus.Redis;

/// <summary>One of the Lua scripts that stand beside this file.</summary>
internal sealed class RedisScript
{
    private readonly string _text;

    private RedisScript(string name)
    {
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream($"{typeof(RedisScript).Namespace}.Scripts.{name}.lua")!;
        using var reader = new StreamReader(stream);
        _text = reader.ReadToEnd();
    }

    public static RedisScript Append { get; } = new("append");

    public static RedisScript Read { get; } = new("read");

    public static RedisScript RunEnd { get; } = new("run_end");

    public static RedisScript Delete { get; } = new("delete");

    public static RedisScript Forget { get; } = new("forget");

    // Only the master knows where a log ends.
    public async Task<RedisResult> RunAsync(IDatabaseAsync database, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            return await database.ScriptEvaluateAsync(_text, keys, arguments, CommandFlags.DemandMaster).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (RedisFaults.IsUnknownScript(e))
        {
            // Redis was restarted or its scripts were flushed; the client sends the text again after this answer.
            return await database.ScriptEvaluateAsync(_text, keys, arguments, CommandFlags.DemandMaster).ConfigureAwait(false);
        }
    }
}

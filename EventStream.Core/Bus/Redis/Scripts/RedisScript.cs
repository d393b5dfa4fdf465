using System.Security.Cryptography;
using System.Text;
using EventStream.Bus.Redis.Wire;
using StackExchange.Redis;

namespace EventStream.Bus.Redis.Scripts;

/// <summary>One of the Lua scripts that stand beside this file.</summary>
internal sealed class RedisScript
{
    private readonly byte[] _hash;

    private RedisScript(params string[] files)
    {
        Text = string.Concat(files.Select(TextOf));
#pragma warning disable CA5350 // Redis names a script by its SHA-1; nothing is kept secret by it.
        _hash = SHA1.HashData(Encoding.UTF8.GetBytes(Text));
#pragma warning restore CA5350
        Name = Convert.ToHexStringLower(_hash);
    }

    public static RedisScript Append { get; } = new("runs", "bounds", "append");

    public static RedisScript Read { get; } = new("read");

    public static RedisScript RunEnd { get; } = new("run_end");

    public static RedisScript RunStart { get; } = new("runs", "run_start");

    public static RedisScript Delete { get; } = new("delete");

    public static RedisScript Ready { get; } = new("ready");

    public static RedisScript Lease { get; } = new("runs", "lease");

    public static RedisScript LeasesDue { get; } = new("leases_due");

    public static RedisScript LeasesWatch { get; } = new("leases_watch");

    public static RedisScript Clock { get; } = new("clock");

    public static RedisScript Viewers { get; } = new("viewers");

    public static RedisScript Forget { get; } = new("forget");

    /// <summary>How Redis names it.</summary>
    public string Name { get; }

    /// <summary>What Redis runs.</summary>
    public string Text { get; }

    // Only the master knows where a log ends.
    public async Task<RedisResult> RunAsync(IDatabaseAsync database, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            // By its name: given the text, the client goes through all of it at each call to find the name.
            return await database.ScriptEvaluateAsync(_hash, keys, arguments, CommandFlags.DemandMaster).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (RedisFaults.IsUnknownScript(e))
        {
            // Redis is new, was restarted, or its scripts were flushed; the client sends the text now.
            return await database.ScriptEvaluateAsync(Text, keys, arguments, CommandFlags.DemandMaster).ConfigureAwait(false);
        }
    }

    private static string TextOf(string file)
    {
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream($"{typeof(RedisScript).Namespace}.{file}.lua")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

using EventStream.Tests.Support;

namespace EventStream.Tests.Chaos;

/// <summary>A copy of a Redis' data at one moment.</summary>
internal sealed class RedisCopy : IDisposable
{
    private readonly string _data;
    private readonly string _copy = Path.Combine(Path.GetTempPath(), $"eventstream-copy-{Guid.NewGuid():N}");

    private RedisCopy(string data)
    {
        _data = data;
        Copy(_data, _copy);
    }

    public static async Task<RedisCopy> TakeAsync(RedisServer server, CancellationToken cancellationToken)
    {
        using var probe = await RedisProbe.ConnectAsync(server, cancellationToken);
        return new RedisCopy(Path.Combine(probe.List("CONFIG", "GET", "dir")[1], probe.List("CONFIG", "GET", "appenddirname")[1]));
    }

    /// <summary>Puts the copy back; allowed only while Redis is stopped.</summary>
    public void PutBack()
    {
        Directory.Delete(_data, recursive: true);
        Copy(_copy, _data);
    }

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}

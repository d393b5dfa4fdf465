using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Bus.Redis.Scripts;
using EventStream.Tests.Support;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace EventStream.Tests.Bus.Redis.Scripts;

/// <summary>A connection for scripts with servers that send what a test wants.</summary>
public sealed class ScriptConnectionTests
{
    private const string Name = "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$11\r\neventstream\r\n";
    private const string Ping = "*1\r\n$4\r\nPING\r\n";
    private static readonly string[] Ready = ["+OK\r\n", "+PONG\r\n"];
    private static readonly RedisKey[] Keys = ["session:{s}:log", "session:{s}:meta"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "")]
    [InlineData(",defaultDatabase=0", "")]
    [InlineData(",defaultDatabase=12", "*2\r\n$6\r\nSELECT\r\n$2\r\n12\r\n")]
    public async Task OpenAsync_TakesTheDatabase_OfTheConnectionString(string settings, string asked)
    {
        await using var redis = new FakeRedis(["+OK\r\n", .. Ready]);
        await using var connection = await OpenAsync(redis, settings);
        redis.Asked.ShouldBe(Name + asked + Ping);
    }

    [Fact]
    public async Task OpenAsync_SaysWhy_WhenTheDatabaseIsRefused()
    {
        await using var redis = new FakeRedis("+OK\r\n", "-ERR DB index is out of range\r\n");
        (await Should.ThrowAsync<RedisServerException>(OpenAsync(redis, ",defaultDatabase=99"))).Message.ShouldBe("ERR DB index is out of range");
        await redis.ClosedAsync();
    }

    [Fact]
    public async Task RunAsync_SendsTheScriptsName_TheKeysAndTheArguments()
    {
        await using var redis = new FakeRedis(Ready);
        await using var connection = await OpenAsync(redis);
        var appending = connection.RunAsync(RedisScript.Append, Keys, ["session:s", 1763694885123, 0, -1, "", "日本"u8.ToArray(), "a\r\nb"]);
        var expected = $"*12\r\n$7\r\nEVALSHA\r\n$40\r\n{RedisScript.Append.Name}\r\n$1\r\n2\r\n$15\r\nsession:{{s}}:log\r\n$16\r\nsession:{{s}}:meta\r\n"
            + "$9\r\nsession:s\r\n$13\r\n1763694885123\r\n$1\r\n0\r\n$2\r\n-1\r\n$0\r\n\r\n$6\r\n日本\r\n$4\r\na\r\nb\r\n";
        await Eventually.TrueAsync(() => redis.Asked.Length >= (Name + Ping + expected).Length, Cancel);
        redis.Asked.ShouldBe(Name + Ping + expected);
        redis.Say("*3\r\n:0\r\n$3\r\n7-1\r\n:2\r\n");
        var answer = (RedisResult[])(await appending)!;
        ((int)answer[0], (string?)answer[1], (long)answer[2]).ShouldBe((0, "7-1", 2));
    }

    [Fact]
    public async Task RunAsync_GetsTheAnswersInOrder_WhereverTheyAreCut()
    {
        await using var redis = new FakeRedis(Ready);
        await using var connection = await OpenAsync(redis);
        var appends = Enumerable.Range(0, 4).Select(_ => connection.RunAsync(RedisScript.Append, Keys, [])).ToArray();
        foreach (var sign in "*2\r\n:0\r\n$3\r\n7-1\r\n-NOSCRIPT No matching script.\r\n*-1\r\n*2\r\n*0\r\n$-1\r\n") redis.Say($"{sign}");
        ((string?)((RedisResult[])(await appends[0])!)[1]).ShouldBe("7-1");
        (await Should.ThrowAsync<RedisServerException>(appends[1])).Message.ShouldBe("NOSCRIPT No matching script.");
        (await appends[2]).IsNull.ShouldBeTrue();
        ((RedisResult[])(await appends[3])!)[1].IsNull.ShouldBeTrue();
        connection.Lost.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task RunAsync_FailsWithAllThatWait_WhenNoAnswerComesInTime()
    {
        await using var redis = new FakeRedis(Ready);
        await using var connection = await OpenAsync(redis, milliseconds: 200);
        var appends = Enumerable.Range(0, 3).Select(_ => connection.RunAsync(RedisScript.Append, Keys, [])).ToArray();
        foreach (var append in appends) (await Should.ThrowAsync<BusUnavailableException>(append)).Message.ShouldBe("The connection to Redis was lost (No answer).");
        await Should.ThrowAsync<BusUnavailableException>(connection.RunAsync(RedisScript.Append, Keys, []));
        await redis.ClosedAsync();
    }

    [Theory]
    [InlineData("rubbish\r\n", "Broken")]
    [InlineData("*1048577\r\n", "Broken")]
    [InlineData("$4194305\r\n", "Broken")]
    [InlineData(null, "Closed by Redis")]
    public async Task RunAsync_SaysWhy_WhenTheConnectionEnds(string? said, string reason)
    {
        await using var redis = new FakeRedis(Ready);
        await using var connection = await OpenAsync(redis);
        var append = connection.RunAsync(RedisScript.Append, Keys, []);
        if (said is null) redis.Close();
        else redis.Say(said);
        (await Should.ThrowAsync<BusUnavailableException>(append)).Message.ShouldBe($"The connection to Redis was lost ({reason}).");
        await redis.ClosedAsync();
    }

    [Fact]
    public async Task RunAsync_KeepsNoCaller_WhenRedisTakesNothing()
    {
        await using var redis = new FakeRedis(Ready);
        await using var connection = await OpenAsync(redis);
        redis.Freeze();
        // More than the kernel's buffers hold, in pieces of each size. A caller that is kept would hang here.
        var appends = Enumerable.Range(0, 3000).Select(number => connection.RunAsync(RedisScript.Append, Keys, [new byte[number % 100 * 100]])).ToList();
        appends.AddRange(Enumerable.Range(0, 5).Select(_ => connection.RunAsync(RedisScript.Append, Keys, [new byte[4 * 1024 * 1024]])));
        appends.ShouldAllBe(append => !append.IsCompleted);
        redis.Thaw();
        redis.Say(string.Concat(Enumerable.Repeat(":1\r\n", appends.Count)));
        foreach (var append in appends) ((int)await append).ShouldBe(1);
        await Eventually.TrueAsync(() => redis.Asked.Split("EVALSHA").Length - 1 == appends.Count, Cancel);
    }

    private static Task<ScriptConnection> OpenAsync(FakeRedis redis, string settings = "", int milliseconds = 30_000) =>
        ScriptConnection.OpenAsync(redis.EndPoint, RedisConfiguration.Of(new RedisBusOptions
        {
            ConnectionString = $"127.0.0.1:{redis.EndPoint.Port}{settings}",
            CommandTimeout = TimeSpan.FromMilliseconds(milliseconds),
        }), TimeProvider.System);
}

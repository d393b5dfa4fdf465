using System.Net;
using System.Text;
using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Bus.Redis.Subscribing;
using EventStream.Tests.Support;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace EventStream.Tests.Bus.Redis.Subscribing;

/// <summary>A subscribing connection with servers that send what a test wants.</summary>
public sealed class PubSubConnectionTests
{
    private static readonly string[] Ready = ["+OK\r\n", "+PONG\r\n"];
    private static readonly RedisChannel Channel = RedisChannel.Literal("ch");

    private readonly Heard _heard = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAsync_NamesItselfAndPings_WhenThereIsNoPassword()
    {
        await using var redis = new FakeRedis(Ready);
        await using var connection = await OpenAsync(redis);
        await Eventually.TrueAsync(() => redis.Asked.Contains("PING", StringComparison.Ordinal), Cancel);
        redis.Asked.ShouldBe("*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$11\r\neventstream\r\n*1\r\n$4\r\nPING\r\n");
        connection.Lost.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task OpenAsync_Works_WhenItMayNotNameItself()
    {
        await using var redis = new FakeRedis("-NOPERM this user has no permissions to run the 'client|setname' command\r\n", "+PONG\r\n");
        await using var connection = await OpenAsync(redis);
        connection.Lost.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData(",password=sesame", "*2\r\n$4\r\nAUTH\r\n$6\r\nsesame\r\n")]
    [InlineData(",user=worker,password=sesame", "*3\r\n$4\r\nAUTH\r\n$6\r\nworker\r\n$6\r\nsesame\r\n")]
    [InlineData(",user=open", "*3\r\n$4\r\nAUTH\r\n$4\r\nopen\r\n$0\r\n\r\n")]
    public async Task OpenAsync_AuthenticatesFirst_AsTheConnectionStringSays(string settings, string asked)
    {
        await using var redis = new FakeRedis(["+OK\r\n", .. Ready]);
        await using var connection = await OpenAsync(redis, settings);
        redis.Asked.ShouldStartWith(asked);
    }

    [Theory]
    [InlineData("-NOAUTH Authentication required.\r\n", "Redis refused: NOAUTH Authentication required.")]
    [InlineData("-LOADING Redis is loading\r\n", "Redis refused: LOADING Redis is loading")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "The connection to Redis was lost (Broken).")]
    [InlineData(null, "The connection to Redis was lost (Closed by Redis).")]
    public async Task OpenAsync_SaysWhy_WhenTheOtherSideIsOfNoUse(string? answer, string message)
    {
        await using var redis = answer is null ? new FakeRedis(closes: true) : new FakeRedis(answer, answer);
        (await Should.ThrowAsync<BusUnavailableException>(OpenAsync(redis))).Message.ShouldBe(message);
    }

    [Fact]
    public async Task OpenAsync_GivesUp_WhenNoServerAnswers()
    {
        await using var redis = new FakeRedis();
        (await Should.ThrowAsync<BusUnavailableException>(OpenAsync(redis, milliseconds: 200))).Message.ShouldBe("Redis didn't answer.");
        await redis.ClosedAsync();
    }

    [Fact]
    public async Task OpenAsync_GivesUp_WhenNoServerListens()
    {
        var port = LoopbackPorts.Next();
        (await Should.ThrowAsync<BusUnavailableException>(PubSubConnection.OpenAsync(new IPEndPoint(IPAddress.Loopback, port), Configuration(port), TimeProvider.System)))
            .Message.ShouldBe("The connection to Redis was lost (ConnectionRefused).");
    }

    [Fact]
    public async Task OpenAsync_GivesUp_WhenTlsIsWantedAndTheOtherSideSpeaksNone()
    {
        await using var redis = new FakeRedis(Ready);
        await Should.ThrowAsync<BusUnavailableException>(OpenAsync(redis, settings: ",ssl=true"));
        redis.Asked.ShouldNotContain("PING");
    }

    [Fact]
    public async Task Listeners_HearTheirOwn_AndOnePauseForWhatCameTogether()
    {
        await using var redis = new FakeRedis(Ready);
        await using var connection = await OpenAsync(redis);
        var other = new Heard();
        var subscribing = Task.WhenAll(connection.SubscribeAsync(Channel, _heard), connection.SubscribeAsync(RedisChannel.Literal("other"), other));
        redis.Say("*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$5\r\nother\r\n:2\r\n");
        await subscribing;

        redis.Say(Message("ch", "1") + Message("nobody", "x") + Message("ch", "2") + Message("other", "3") + Message("ch", "4"));
        await Eventually.TrueAsync(() => _heard.Received.EndsWith('|') && other.Received.EndsWith('|'), Cancel);
        redis.Say(Message("ch", "5"));
        await Eventually.TrueAsync(() => _heard.Received.EndsWith("5|", StringComparison.Ordinal), Cancel);
        _heard.Received.ShouldBe("124|5|");
        other.Received.ShouldBe("3|");
    }

    [Fact]
    public async Task SubscribeAsync_IsHeard_WhenAnEarlierUnsubscribeIsAnsweredOnlyThen()
    {
        await using var redis = new FakeRedis(Ready);
        await using var connection = await OpenAsync(redis);
        Task[] calls = [connection.SubscribeAsync(Channel, new Heard()), connection.UnsubscribeAsync(Channel), connection.SubscribeAsync(Channel, _heard)];
        redis.Say("*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n*3\r\n$11\r\nunsubscribe\r\n$2\r\nch\r\n:0\r\n*3\r\n$9\r\nsubscribe\r\n$2\r\nch\r\n:1\r\n");
        await Task.WhenAll(calls);

        redis.Say(Message("ch", "1"));
        await Eventually.TrueAsync(() => _heard.Received.EndsWith('|'), Cancel);
        _heard.Received.ShouldBe("1|");
    }

    [Fact]
    public async Task Calls_GetTheirAnswersInOrder_WhenOneOfThemIsRefused()
    {
        await using var redis = new FakeRedis(Ready);
        await using var connection = await OpenAsync(redis);
        Task[] calls = [connection.PingAsync(), connection.SubscribeAsync(Channel, _heard), connection.PingAsync()];
        redis.Say("*2\r\n$4\r\npong\r\n$0\r\n\r\n" + Message("ch", "early") + "-NOPERM no channel\r\n+PONG\r\n");
        await calls[0];
        (await Should.ThrowAsync<BusUnavailableException>(calls[1])).Message.ShouldBe("Redis refused: NOPERM no channel");
        await calls[2];
        connection.Lost.IsCompleted.ShouldBeFalse();
        _heard.Received.ShouldBe("early|");
    }

    [Theory]
    [InlineData(true, "Closed by Redis")]
    [InlineData(false, "Broken")]
    public async Task Lost_SaysWhy_WhenTheConnectionEnds(bool closes, string reason)
    {
        await using var redis = new FakeRedis(Ready);
        await using var connection = await OpenAsync(redis);
        var asking = connection.PingAsync();
        if (closes) redis.Close();
        else redis.Say("rubbish\r\n");
        (await connection.Lost.WaitAsync(Timeouts.Default, Cancel)).ShouldBe(reason);
        // A command that waits for its answer fails at once, not only after its timeout.
        (await Should.ThrowAsync<BusUnavailableException>(asking)).Message.ShouldBe($"The connection to Redis was lost ({reason}).");
        await Should.ThrowAsync<BusUnavailableException>(connection.PingAsync());
        await redis.ClosedAsync();
    }

    [Fact]
    public async Task DisposeAsync_ClosesTheConnection_WhileItReads()
    {
        await using var redis = new FakeRedis(Ready);
        var connection = await OpenAsync(redis);
        await connection.DisposeAsync();
        (await connection.Lost).ShouldBe("Disposed");
        await redis.ClosedAsync();
        await Should.ThrowAsync<BusUnavailableException>(connection.PingAsync());
    }

    private static Task<PubSubConnection> OpenAsync(FakeRedis redis, string settings = "", int milliseconds = 30_000) =>
        PubSubConnection.OpenAsync(redis.EndPoint, Configuration(redis.EndPoint.Port, settings, milliseconds), TimeProvider.System);

    private static ConfigurationOptions Configuration(int port, string settings = "", int milliseconds = 30_000) =>
        RedisConfiguration.Of(new RedisBusOptions { ConnectionString = $"127.0.0.1:{port}{settings}", CommandTimeout = TimeSpan.FromMilliseconds(milliseconds) });

    private static string Message(string channel, string payload) => $"*3\r\n$7\r\nmessage\r\n${channel.Length}\r\n{channel}\r\n${payload.Length}\r\n{payload}\r\n";

    /// <summary>Records its calls: the payloads, <c>!</c> for a payload that was too long, <c>|</c> for a pause.</summary>
    private sealed class Heard : IChannelListener
    {
        private volatile string _received = "";

        public string Received => _received;

        public void OnMessage(ReadOnlySpan<byte> message) => _received += Encoding.UTF8.GetString(message);

        public void OnTooLong() => _received += "!";

        public void OnPause() => _received += "|";
    }
}

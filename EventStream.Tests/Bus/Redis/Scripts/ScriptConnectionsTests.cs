using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Bus.Redis.Commands;
using EventStream.Bus.Redis.Scripts;
using EventStream.Bus.Redis.Wire;
using EventStream.Events;
using EventStream.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace EventStream.Tests.Bus.Redis.Scripts;

/// <summary>Which scripts go over connections of our own, and which over the client library's.</summary>
[Needs(Need.Redis)]
public sealed class ScriptConnectionsTests : IAsyncLifetime
{
    private readonly StreamKey _stream = StreamKey.Session("s1");
    private readonly Envelopes _envelopes = new("s1");
    private RedisServer _redis = null!;
    private RedisProbe _probe = null!;
    private CommandConnection _commands = null!;
    private ScriptConnections _scripts = null!;
    private RedisEventBus _bus = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartOwnAsync();
        _probe = await RedisProbe.ConnectAsync(_redis, Cancel);
        var options = new RedisBusOptions { ConnectionString = _redis.ConnectionString };
        _bus = new RedisEventBus(options);
        var configuration = RedisConfiguration.Of(options);
        _commands = new CommandConnection(configuration, TimeProvider.System, NullLogger.Instance);
        _scripts = new ScriptConnections(_commands, configuration, TimeProvider.System, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _scripts.DisposeAsync();
        await _commands.DisposeAsync();
        await _bus.DisposeAsync();
        _probe.Dispose();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task TryRunAsync_LeavesTheFirstToTheLibrary_AndRunsThoseThatFollow()
    {
        (await TryAsync()).ShouldBeNull();
        // Redis doesn't know the script yet.
        await OpenedAsync();
        (await TryAsync()).ShouldBeNull();
        await _bus.AppendAsync(Request(), Cancel);
        RedisAppend.Result(Request(), (await TryAsync())!).Head.Offset.ShouldBe(2);
        (await _bus.ReadAsync(_stream, Cursor.Zero, 10, Cancel)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task TryRunAsync_LeavesToTheLibrary_WhatRedisHasntDone()
    {
        await _bus.AppendAsync(Request(), Cancel);
        await OpenedAsync();
        (await TryAsync()).ShouldNotBeNull();
        _probe.Ask("SCRIPT", "FLUSH");
        (await TryAsync()).ShouldBeNull();
        await _bus.AppendAsync(Request(), Cancel);
        _probe.Ask("REPLICAOF", "127.0.0.1", "1");
        (await TryAsync()).ShouldBeNull();
        _probe.Ask("REPLICAOF", "NO", "ONE");
        await Eventually.TrueAsync(async () => await TryAsync() is not null, Cancel);
        (await _bus.ReadAsync(_stream, Cursor.Zero, 10, Cancel)).Count.ShouldBe(4);
    }

    [Fact]
    public async Task TryRunAsync_TellsWhatRedisSays_WhenItRefuses()
    {
        await _bus.AppendAsync(Request(), Cancel);
        await OpenedAsync();
        var other = StreamKey.Session("other");
        _probe.Ask("SET", RedisNames.Meta(other)!, "a stranger's");
        (await Should.ThrowAsync<BusUnavailableException>(TryAsync(other))).Refusal!.Reason.ShouldBe("A key of this stream holds another program's value in Redis");
        _probe.Ask("CONFIG", "SET", "maxmemory", "1");
        (await Should.ThrowAsync<BusUnavailableException>(TryAsync())).Refusal.ShouldBe(BusRefusal.OutOfMemory);
        _probe.Ask("CONFIG", "SET", "maxmemory", "0");
        (await TryAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task TryRunAsync_RunsAgain_WhenItsConnectionWasCut()
    {
        await _bus.AppendAsync(Request(), Cancel);
        await OpenedAsync();
        for (var cut = 0; cut < 3; cut++)
        {
            _probe.Ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            await Eventually.TrueAsync(async () => await TryOrNullAsync() is not null, Cancel);
        }
    }

    [Fact]
    public async Task TryRunAsync_OpensOneConnection_HoweverManyAskAtOnce()
    {
        await _bus.AppendAsync(Request(), Cancel);
        await _commands.MultiplexerAsync();
        var before = Clients();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(TryAsync, Cancel)));
        await OpenedAsync();
        Clients().ShouldBe(before + 1);
    }

    [Fact]
    public async Task DisposeAsync_ClosesTheConnection()
    {
        await _bus.AppendAsync(Request(), Cancel);
        await OpenedAsync();
        await _scripts.DisposeAsync();
        (await TryAsync()).ShouldBeNull();
        await _commands.DisposeAsync();
        await _bus.DisposeAsync();
        await Eventually.TrueAsync(() => !_probe.Text("CLIENT", "LIST")!.Contains("name=eventstream", StringComparison.Ordinal), Cancel);
    }

    // The library first: it knows which node is the master.
    private async Task OpenedAsync()
    {
        await _commands.MultiplexerAsync();
        await Eventually.TrueAsync(async () =>
        {
            await TryAsync(StreamKey.Session("opening"));
            return _probe.Text("CLIENT", "LIST")!.Split('\n').Any(line => line.Contains("name=eventstream", StringComparison.Ordinal) && line.Contains("cmd=evalsha", StringComparison.Ordinal) && !line.Contains("lib-name=SE", StringComparison.Ordinal));
        }, Cancel);
    }

    private int Clients() => _probe.Text("CLIENT", "LIST")!.Split('\n').Count(line => line.Contains("name=eventstream", StringComparison.Ordinal));

    private async Task<RedisResult?> TryOrNullAsync()
    {
        try
        {
            return await TryAsync();
        }
        catch (BusUnavailableException)
        {
            return null;
        }
    }

    private Task<RedisResult?> TryAsync() => TryAsync(_stream);

    private Task<RedisResult?> TryAsync(StreamKey stream) =>
        _scripts.TryRunAsync(RedisScript.Append, RedisNames.All(stream), RedisAppend.Arguments(Request(stream), Cursor.Zero, acknowledged: 0, new LogOptions(), TimeProvider.System.GetUtcNow()), Cancel).AsTask();

    private AppendRequest Request() => Request(_stream);

    private AppendRequest Request(StreamKey stream) => new() { Stream = stream, Events = [_envelopes.Thought()] };
}

using System.Text.RegularExpressions;
using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>The proof that a bus is ready needs every right that the bus needs.</summary>
[Needs(Need.Redis)]
public sealed partial class ReadyScriptTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PingAsync_NamesTheRight_WhenAnyCommandOfTheScriptsIsRefused()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        using var probe = await RedisProbe.ConnectAsync(redis, Cancel);
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = redis.ConnectionString });
        await bus.PingAsync(Cancel);
        var commands = Repository.Files("EventStream.Core/Bus/Redis/Scripts", "*.lua").Where(file => !file.EndsWith("/ready.lua", StringComparison.Ordinal))
            .SelectMany(file => Calls().Matches(File.ReadAllText(Repository.PathOf(file)))).Select(match => match.Groups["name"].Value).Concat(["EVALSHA", "SUBSCRIBE", "UNSUBSCRIBE"]).Distinct().ToList();
        commands.Count.ShouldBeGreaterThan(20);

        foreach (var command in commands)
        {
            probe.Ask("ACL", "SETUSER", "default", $"-{command}");
            var refused = await Should.ThrowAsync<BusUnavailableException>(async () => await bus.PingAsync(Cancel), command);
            refused.Refusal.ShouldNotBeNull().IsLasting.ShouldBeTrue();
            refused.Refusal.Fix.ShouldContain($"+{command.ToLowerInvariant()};");
            probe.Ask("ACL", "SETUSER", "default", $"+{command}");
        }
        await bus.PingAsync(Cancel);
        probe.List("KEYS", "*").ShouldBe(["session:ready"]);
        probe.List("PUBSUB", "CHANNELS", "*ready*").ShouldBeEmpty();
    }

    [GeneratedRegex(@"redis\.p?call\('(?<name>[A-Z]+)'", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Calls();
}

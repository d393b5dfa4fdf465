using EventStream.Bus.Redis;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

/// <summary>What the bus depends on, whatever the connection string and its own settings say.</summary>
public sealed class RedisConfigurationTests
{
    [Fact]
    public void Of_SetsWhatTheBusDependsOn()
    {
        var configuration = RedisConfiguration.Of(new RedisBusOptions
        {
            ConnectionString = "localhost:6379,abortConnect=true,name=mine,channelPrefix=x,tiebreaker=t,configChannel=c,connectTimeout=9999,asyncTimeout=9999",
            CommandTimeout = TimeSpan.FromSeconds(4),
            Configure = library => (library.BacklogPolicy, library.HeartbeatConsistencyChecks, library.SetClientLibrary) = (BacklogPolicy.Default, false, true),
        });
        configuration.BacklogPolicy.ShouldBe(BacklogPolicy.FailFast);
        (configuration.AbortOnConnectFail, configuration.ClientName).ShouldBe((false, "eventstream"));
        (configuration.ConnectTimeout, configuration.AsyncTimeout, configuration.SyncTimeout).ShouldBe((4000, 4000, 1500));
        (configuration.HeartbeatConsistencyChecks, configuration.HeartbeatInterval).ShouldBe((true, TimeSpan.FromSeconds(1)));
        configuration.ChannelPrefix.ShouldBe(default(RedisChannel));
        (configuration.TieBreaker, configuration.ConfigurationChannel, configuration.SetClientLibrary).ShouldBe(("", "", false));
        // Twice the first wait at most, and never more than the timeout.
        configuration.ReconnectRetryPolicy.ShouldRetry(1, 4001).ShouldBeTrue();
    }
}

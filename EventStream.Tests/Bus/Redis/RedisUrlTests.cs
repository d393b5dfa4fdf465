using System.Net;
using EventStream.Bus.Redis;
using EventStream.Dispatching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

public sealed class RedisUrlTests
{
    [Theory]
    [InlineData("redis://redis.example.com", "redis.example.com", 6379, null, null, null, false)]
    [InlineData("redis://localhost:6380/", "localhost", 6380, null, null, null, false)]
    [InlineData(" redis://localhost:6380/2 ", "localhost", 6380, null, null, 2, false)]
    [InlineData("rediss://default:s3cret@redis.example.com:25061", "redis.example.com", 25061, "default", "s3cret", null, true)]
    [InlineData("redis://:p%40ss,w:rd@localhost", "localhost", 6379, null, "p@ss,w:rd", null, false)]
    [InlineData("redis://@localhost", "localhost", 6379, null, null, null, false)]
    public void Parse_TakesThePartsOfAUrl(string url, string host, int port, string? user, string? password, int? database, bool isSsl)
    {
        var configuration = RedisConfiguration.Of(new RedisBusOptions { ConnectionString = url });

        configuration.EndPoints.ShouldBe([new DnsEndPoint(host, port)]);
        (configuration.User, configuration.Password, configuration.DefaultDatabase, configuration.Ssl).ShouldBe((user, password, database, isSsl));
    }

    [Fact]
    public void Parse_TakesAddressesOfIPv6AndOptions()
    {
        var configuration = RedisConfiguration.Of(new RedisBusOptions { ConnectionString = "rediss://[::1]:6390?sslHost=redis.example.com&serviceName=mymaster" });

        configuration.EndPoints.ShouldBe([new IPEndPoint(IPAddress.IPv6Loopback, 6390)]);
        (configuration.SslHost, configuration.ServiceName).ShouldBe(("redis.example.com", "mymaster"));
    }

    [Theory]
    [InlineData("http://localhost:6379", "A Redis URL begins with redis://, or rediss:// for TLS;")]
    [InlineData("redis+sentinel://secret@localhost:26379/mymaster", "of Sentinels write HOST:26379,serviceName=NAME.")]
    [InlineData("redis://", "A Redis URL is redis://user:password@host:6379/0,")]
    [InlineData("redis://user:secret#1@localhost", "where characters such as @, / and # in the password are written as %40, %2F and %23.")]
    [InlineData("redis://user:secret@1@localhost", "are written as %40")]
    [InlineData("redis://user:secret@::1", "A Redis URL is redis://user:password@host:6379/0,")]
    [InlineData("redis://secret@localhost", "A Redis URL with a user needs a password: redis://user:password@host, or redis://:password@host for the default user.")]
    [InlineData("redis://user:secret@localhost:99999", "The port of a Redis URL must be between 1 and 65535,")]
    [InlineData("redis://user:secret@localhost:0", "The port of a Redis URL must be between 1 and 65535,")]
    [InlineData("redis://user:secret@localhost:port", "The port of a Redis URL must be between 1 and 65535,")]
    [InlineData("redis://user:secret@one:6379,two:6379", "A Redis URL names one server;")]
    [InlineData("redis://user:secret@localhost/main", "What follows the host of a Redis URL is the number of a database,")]
    [InlineData("redis://user:secret@localhost?ssl", "Options of a Redis URL are ?name=value&name=value,")]
    [InlineData("redis://user:secret@localhost?nonsense=1", "ConnectionStrings:Redis must name a Redis server,")]
    public void Problem_SaysWhatToWrite_WithoutThePassword(string url, string expected)
    {
        using var services = new ServiceCollection().AddEventDispatcher(events => events.Redis = url).BuildServiceProvider();

        var problem = Should.Throw<OptionsValidationException>(services.GetRequiredService<EventDispatcher>).Message;

        problem.ShouldContain(expected);
        problem.ShouldNotContain("secret");
    }
}

using InfrastructureMonitor;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Samples;

public sealed class MonitorOptionsTests
{
    [Fact]
    public void Parse_Listens_WhenItIsAskedTo()
    {
        MonitorOptions.Parse(["--listen", "--server", "http://localhost:9"]).Listens.ShouldBeTrue();
        MonitorOptions.Parse([]).Listens.ShouldBeFalse();
    }

    [Fact]
    public void Parse_HasDefaults_WhenNothingIsGiven()
    {
        var options = MonitorOptions.Parse([]);
        options.Session.ShouldBe("demo");
        options.Server.ShouldBe(new Uri("http://localhost:8000"));
        options.Redis.ShouldBeNull();
        options.Key.ShouldBeNull();
        options.Rounds.ShouldBe(3);
        options.Interval.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Parse_TakesEveryOption_WhenGiven()
    {
        var options = MonitorOptions.Parse(["--session", "ops", "--server", "https://example.org:8443/es", "--key", "es_worker_x", "--rounds", "0", "--interval", "0.5"]);
        options.Session.ShouldBe("ops");
        options.Server.ShouldBe(new Uri("https://example.org:8443/es"));
        options.Key.ShouldBe("es_worker_x");
        MonitorOptions.Parse(["--redis", "localhost:6379"]).Redis.ShouldBe("localhost:6379");
        MonitorOptions.Parse(["--redis", "redis://:secret@localhost"]).Redis.ShouldBe("redis://:secret@localhost");
        options.Rounds.ShouldBe(0);
        options.Interval.ShouldBe(TimeSpan.FromSeconds(0.5));
    }

    [Theory]
    [InlineData("--speed", null, "'--speed' is no option.")]
    [InlineData("demo", null, "'demo' is no option.")]
    [InlineData("--rounds", null, "--rounds needs a value.")]
    [InlineData("--rounds", "-1", "--rounds must be a whole number, 0 or more; '-1' is not.")]
    [InlineData("--interval", "fast", "--interval must be seconds between 0 and 86400, such as 2 or 0.5; 'fast' is not.")]
    [InlineData("--server", "localhost:8000", "--server must be a URL such as http://localhost:8000; 'localhost:8000' is not.")]
    [InlineData("--server", "ftp://x", "--server must be a URL such as http://localhost:8000; 'ftp://x' is not.")]
    [InlineData("--redis", "localhost", "--redis must be HOST:PORT, such as localhost:6379; 'localhost' is not.")]
    [InlineData("--redis", "redis://user:secret@localhost:port", "--redis: ConnectionStrings:Redis can't be read. The port of a Redis URL must be between 1 and 65535, such as redis://localhost:6379.")]
    [InlineData("--key", "es worker", "--key must be the text that `keys new` printed, such as es_worker_…, without spaces or line ends.")]
    [InlineData("--key", "", "--key must be the text that `keys new` printed, such as es_worker_…, without spaces or line ends.")]
    [InlineData("--session", "broadcast", "--session must be 1 to 128 letters, digits or any of . _ : @ -, and not 'broadcast'; 'broadcast' is not.")]
    public void Parse_SaysWhatIsWrong_WhenAnArgumentIs(string name, string? value, string message) =>
        Should.Throw<FormatException>(() => MonitorOptions.Parse(value is null ? [name] : [name, value])).Message.ShouldBe(message);

    [Theory]
    [InlineData("es_of-environment_x", "es_of-environment_x")]
    [InlineData("", null)]
    [InlineData("es_of-environment_x", "es_given_x", "--key", "es_given_x")]
    [InlineData("es_of-environment_x", null, "--redis", "localhost:6379")]
    public void Parse_TakesTheKeyOfTheEnvironment_UnlessOneIsGiven(string key, string? taken, params string[] arguments) => MonitorOptions.Parse(arguments, key).Key.ShouldBe(taken);

    [Fact]
    public void Parse_RefusesAKeyForRedis() =>
        Should.Throw<FormatException>(() => MonitorOptions.Parse(["--redis", "localhost:6379", "--key", "es_worker_x"])).Message.ShouldStartWith("--key is for a server; Redis has users");

    [Fact]
    public void Parse_NamesTheVariable_WhenItsKeyIsWrong() =>
        Should.Throw<FormatException>(() => MonitorOptions.Parse([], "es_worker_x\n")).Message.ShouldBe("EVENTSTREAM_KEY must be the text that `keys new` printed, such as es_worker_…, without spaces or line ends.");

    [Fact]
    public void Parse_AsksForHelp_WhereverTheOptionStands() => MonitorOptions.Parse(["--rounds", "1", "--help", "--nonsense"]).IsHelp.ShouldBeTrue();
}

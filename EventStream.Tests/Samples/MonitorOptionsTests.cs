using InfrastructureMonitor;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Samples;

public sealed class MonitorOptionsTests
{
    [Fact]
    public void Parse_HasDefaults_WhenNothingIsGiven()
    {
        var options = MonitorOptions.Parse([]);
        options.Session.ShouldBe("demo");
        options.Server.ShouldBe(new Uri("http://localhost:8000"));
        options.Redis.ShouldBeNull();
        options.Rounds.ShouldBe(3);
        options.Interval.ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Parse_TakesEveryOption_WhenGiven()
    {
        var options = MonitorOptions.Parse(["--session", "ops", "--server", "https://example.org:8443/es", "--redis", "localhost:6379", "--rounds", "0", "--interval", "0.5"]);
        options.Session.ShouldBe("ops");
        options.Server.ShouldBe(new Uri("https://example.org:8443/es"));
        options.Redis.ShouldBe("localhost:6379");
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
    [InlineData("--session", "broadcast", "--session must be 1 to 128 letters, digits or any of . _ : @ -, and not 'broadcast'; 'broadcast' is not.")]
    public void Parse_SaysWhatIsWrong_WhenAnArgumentIs(string name, string? value, string message) =>
        Should.Throw<FormatException>(() => MonitorOptions.Parse(value is null ? [name] : [name, value])).Message.ShouldBe(message);

    [Fact]
    public void Parse_AsksForHelp_WhereverTheOptionStands() => MonitorOptions.Parse(["--rounds", "1", "--help", "--nonsense"]).IsHelp.ShouldBeTrue();
}

using ChatAgent;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Samples;

public sealed class ChatAgentArgumentsTests
{
    [Fact]
    public void Parse_HasDefaults_WhenNothingIsGiven()
    {
        var options = Arguments.Parse([], _ => null);
        (options.Agent, options.Server, options.Key, options.Lease, options.Endpoint, options.Model).ShouldBe(("assistant", new Uri("http://localhost:8000"), null, TimeSpan.FromSeconds(30), null, null));
        options.Notes.ShouldEndWith("chat-agent-notes.txt");
    }

    [Fact]
    public void Parse_TakesEveryOption_WhenGiven()
    {
        var options = Arguments.Parse(["--agent", "ops", "--server", "https://example.org/es", "--key", "es_worker_x", "--lease", "7.5", "--notes", "n.txt", "--endpoint", "http://localhost:11434/v1", "--model", "small"], name => $"of {name}");
        (options.Agent, options.Server, options.Key, options.Lease, options.Notes, options.Endpoint, options.Model, options.ModelKey)
            .ShouldBe(("ops", new Uri("https://example.org/es"), "es_worker_x", TimeSpan.FromSeconds(7.5), "n.txt", new Uri("http://localhost:11434/v1"), "small", "of OPENAI_API_KEY"));
    }

    [Theory]
    [InlineData("--speed", null, "'--speed' is no option.")]
    [InlineData("--lease", null, "--lease needs a value.")]
    [InlineData("--lease", "601", "--lease must be seconds between 5 and 600, such as 30; '601' is not.")]
    [InlineData("--agent", "a b", "--agent must be 1 to 128 letters, digits or any of . _ : @ -; 'a b' is not.")]
    [InlineData("--server", "localhost:8000", "--server must be a URL such as http://localhost:8000; 'localhost:8000' is not.")]
    [InlineData("--endpoint", "ftp://x", "--endpoint must be a URL such as https://api.openai.com/v1; 'ftp://x' is not.")]
    [InlineData("--model", "small", "--endpoint and --model belong together; give both, or neither.")]
    [InlineData("--key", "es worker", "--key must be the text that `keys new` printed, such as es_worker_…, without spaces or line ends.")]
    public void Parse_SaysWhatIsWrong_WhenAnArgumentIs(string name, string? value, string message) =>
        Should.Throw<FormatException>(() => Arguments.Parse(value is null ? [name] : [name, value], _ => null)).Message.ShouldBe(message);

    [Fact]
    public void Parse_TakesTheKeyOfTheEnvironment_UnlessOneIsGiven()
    {
        Arguments.Parse([], name => name == "EVENTSTREAM_KEY" ? "es_environment_x" : null).Key.ShouldBe("es_environment_x");
        Arguments.Parse(["--key", "es_given_x"], _ => "es_environment_x").Key.ShouldBe("es_given_x");
        Should.Throw<FormatException>(() => Arguments.Parse([], _ => "es_worker_x\n")).Message.ShouldStartWith("EVENTSTREAM_KEY must be the text");
    }

    [Fact]
    public void Parse_AsksForHelp_WhereverTheOptionStands() => Arguments.Parse(["--lease", "5", "--help", "--nonsense"], _ => null).IsHelp.ShouldBeTrue();
}

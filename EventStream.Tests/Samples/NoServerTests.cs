using EventStream.Tests.Support;
using InfrastructureMonitor;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Samples;

/// <summary>The samples where nothing listens.</summary>
public sealed class NoServerTests
{
    private const string Advice = "Is the server running there? Start it, or name another one with --server";

    [Fact]
    public Task ChatAgent_EndsWithOneLine() =>
        ShouldEndAsync(typeof(ChatAgent.Arguments), ["--server", Address], $"The server at {Address}/ can't be reached: Connection refused. {Advice}.");

    [Fact]
    public Task Monitor_EndsWithOneLine() =>
        ShouldEndAsync(typeof(MonitorOptions), ["--server", Address], $"Nothing more could be published to {Address}/: The server at {Address}/ can't be reached: Connection refused. {Advice} or --redis.");

    [Fact]
    public Task ListeningMonitor_EndsWithOneLine() =>
        ShouldEndAsync(typeof(MonitorOptions), ["--server", Address, "--listen"], $"Nothing can be heard of {Address}/: The server at {Address}/ can't be reached: Connection refused. {Advice} or --redis.");

    [Fact]
    public Task ListeningMonitor_EndsWithOneLine_WithoutThePasswordOfItsRedis()
    {
        var redis = Address["http://".Length..];
        return ShouldEndAsync(typeof(MonitorOptions), ["--redis", $"redis://:secret@{redis}", "--listen"], $"Nothing can be heard of {redis}: Redis didn't answer. {Advice} or --redis.");
    }

    private static string Address { get; } = $"http://127.0.0.1:{LoopbackPorts.Next()}";

    private static async Task ShouldEndAsync(Type part, string[] arguments, string line)
    {
        var (exitCode, output, errors) = await SampleProcess.RunAsync(part, key: null, arguments);

        errors.TrimEnd('\n').ShouldBe(line);
        $"{output}{errors}".ShouldNotContain("   at ");
        $"{output}{errors}".ShouldNotContain("secret");
        exitCode.ShouldBe(1);
    }
}

using EventStream.Tests.Access;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Samples;

/// <summary>The sample beside a server that asks for keys.</summary>
public sealed class ChatAgentKeyTests(AccessSite site) : IClassFixture<AccessSite>
{
    [Theory]
    [InlineData(null, "refuses this listener with 401: Show who you are")]
    [InlineData("es_nobody_c2VjcmV0", "refuses this listener with 401: The key isn't known to this server.")]
    public async Task Agent_SaysWhyItIsRefused_AndWhatToGive(string? key, string reason)
    {
        var (exitCode, output, errors) = await SampleProcess.RunAsync(typeof(ChatAgent.Arguments), key, "--server", $"{site.Server.Address}");

        exitCode.ShouldBe(3);
        errors.ShouldContain(reason);
        errors.TrimEnd().ShouldEndWith("Give a key that may subscribe to agent 'assistant' and publish to its sessions in EVENTSTREAM_KEY or with --key.");
        $"{output}{errors}".ShouldNotContain("   at ");
    }
}

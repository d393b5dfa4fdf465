using EventStream.Tests.Access;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Samples;

/// <summary>The sample beside a server that asks for keys.</summary>
public sealed class ChatAgentKeyTests(AccessSite site) : IClassFixture<AccessSite>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "refuses this listener with 401: Show who you are")]
    [InlineData("es_nobody_c2VjcmV0", "refuses this listener with 401: The key isn't known to this server.")]
    public async Task Agent_SaysWhyItIsRefused_AndWhatToGive(string? key, string reason)
    {
        using var process = ChatAgentProcess.Start(key, "--server", $"{site.Server.Address}");
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(Cancel), process.StandardError.ReadToEndAsync(Cancel));
        await process.WaitForExitAsync(Cancel).WaitAsync(Timeouts.Default, Cancel);

        process.ExitCode.ShouldBe(3);
        (await errors).ShouldContain(reason);
        (await errors).TrimEnd().ShouldEndWith("Give a key that may subscribe to agent 'assistant' and publish to its sessions in EVENTSTREAM_KEY or with --key.");
        $"{await output}{await errors}".ShouldNotContain("   at ");
    }
}

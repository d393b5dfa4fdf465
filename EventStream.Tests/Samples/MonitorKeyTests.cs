using EventStream.Tests.Access;
using InfrastructureMonitor;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Samples;

/// <summary>The sample as its users start it, beside a server that asks for keys.</summary>
public sealed class MonitorKeyTests(AccessSite site) : IClassFixture<AccessSite>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Monitor_PublishesWithItsKey_FromTheEnvironmentOrTheArguments(bool isArgument)
    {
        var session = $"own-monitor-{isArgument}";
        var (exitCode, _, errors) = isArgument
            ? await RunAsync(key: null, session, "--key", site.Publisher)
            : await RunAsync(site.Publisher, session);

        (exitCode, errors).ShouldBe((0, ""));
        var events = (await site.AskAsync(HttpMethod.Get, $"/events/{session}/history?limit=1000", site.Watcher)).Json.GetProperty("events").EnumerateArray().ToList();
        events[0].GetProperty("type").GetString().ShouldBe("session_started");
        events[^1].GetProperty("type").GetString().ShouldBe("session_ended");
        events.ShouldAllBe(e => e.GetProperty("publisher").GetString() == "publisher");
    }

    [Theory]
    [InlineData(null, "own-monitor", "refuses this publisher with 401: Show who you are")]
    [InlineData("es_nobody_c2VjcmV0", "own-monitor", "refuses this publisher with 401: The key isn't known to this server.")]
    [InlineData("publisher", "foreign-monitor", "refuses this publisher with 403: The caller lacks the grant 'publish session:foreign-monitor'.")]
    public async Task Monitor_SaysWhyItIsRefused_AndWhatToGive(string? key, string session, string reason)
    {
        var shown = key == "publisher" ? site.Publisher : key;
        var (exitCode, output, errors) = await RunAsync(shown, session);

        exitCode.ShouldBe(3);
        errors.ShouldContain(reason);
        errors.TrimEnd().ShouldEndWith($"Give a key that may publish to session '{session}' in EVENTSTREAM_KEY or with --key.");
        errors.ShouldNotContain("   at ");
        if (shown is not null) $"{output}{errors}".ShouldNotContain(shown);
    }

    [Fact]
    public async Task ListeningMonitor_SaysWhyItIsRefused()
    {
        var (exitCode, output, errors) = await RunAsync(key: null, "own-monitor", "--listen");

        exitCode.ShouldBe(3);
        $"{output}{errors}".ShouldNotContain("   at ");
        errors.ShouldContain("refuses this listener with 401: Show who you are");
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(string? key, string session, params string[] more) =>
        SampleProcess.RunAsync(typeof(MonitorOptions), key, ["--server", $"{site.Server.Address}", "--session", session, "--rounds", "1", .. more]);
}

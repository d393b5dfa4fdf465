using System.Net;
using EventStream.Tests.Access;
using Shouldly;
using Xunit;

namespace EventStream.Tests.AgUi;

/// <summary>What a client of AG-UI must be allowed to do.</summary>
public sealed class AgUiAccessTests(AccessSite site) : IClassFixture<AccessSite>
{
    private const string Run = """{"threadId":"own-agui","runId":"r1","messages":[]}""";

    [Fact]
    public async Task Post_NeedsToCommandTheSession_AndTheAgent()
    {
        (await AskAsync("/agui/own-agui", site.Watcher)).ShouldBe((HttpStatusCode.Forbidden, true));
        (await AskAsync("/agui/own-agui", site.Owner)).ShouldBe((HttpStatusCode.Forbidden, true));
        (await AskAsync("/agui/own-agui", site.Publisher)).ShouldBe((HttpStatusCode.Forbidden, true));
    }

    [Theory]
    [InlineData("/copilotkit/agent/assistant/run")]
    [InlineData("/copilotkit/agent/assistant/connect")]
    [InlineData("/copilotkit/agent/assistant/stop/own-agui")]
    public async Task CopilotKit_NeedsToWatchTheSessionThatThePostNames(string path) =>
        (await AskAsync(path, site.OtherTeam)).ShouldBe((HttpStatusCode.Forbidden, true));

    [Fact]
    public async Task CopilotKit_NeedsToCommandTheSession_WhoseRunItStops() =>
        (await AskAsync("/copilotkit/agent/assistant/stop/own-agui", site.Watcher)).ShouldBe((HttpStatusCode.Forbidden, true));

    private async Task<(HttpStatusCode Status, bool NamesTheGrant)> AskAsync(string path, string credential)
    {
        var answer = await site.AskAsync(HttpMethod.Post, path, credential, Run);
        return (answer.Status, answer.Title.Contains("own-agui", StringComparison.Ordinal) || answer.Title.Contains("agent:assistant", StringComparison.Ordinal));
    }
}

using System.Net;
using EventStream.Tests.Access;
using Shouldly;
using Xunit;

namespace EventStream.Tests.AiSdk;

/// <summary>Who may send messages in a chat: whoever may watch it, and ask in it, and ask the agent.</summary>
public sealed class ChatAccessTests(AccessSite site) : IClassFixture<AccessSite>
{
    [Fact]
    public async Task Post_NamesWhatIsMissing_AndPublishesNothing()
    {
        var body = ChatSite.Body("own-chat", ChatSite.User("m", "Hi"));
        foreach (var (credential, missing) in ((string, string)[])[(site.Watcher, "session:own-chat"), (site.Publisher, "session:own-chat"), (site.OtherTeam, "session:own-chat"), (site.Owner, "agent:assistant")])
        {
            var answer = await site.AskAsync(HttpMethod.Post, "/api/chat", credential, body);
            (answer.Status, answer.Title!.Contains(missing, StringComparison.Ordinal)).ShouldBe((HttpStatusCode.Forbidden, true), answer.Text);
        }
        (await site.AskAsync(HttpMethod.Get, "/events/own-chat/history", site.Owner)).Json.GetProperty("events").GetArrayLength().ShouldBe(0);
    }
}

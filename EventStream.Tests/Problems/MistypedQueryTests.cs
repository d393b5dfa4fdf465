using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Problems;

/// <summary>Mistyped parameters are told, and others are let through.</summary>
public sealed class MistypedQueryTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("/events/s?form=earliest", "form is no parameter of this address; did you mean from?")]
    [InlineData("/events/s?type=tool_*", "type is no parameter of this address; did you mean types?")]
    [InlineData("/projects/p/events?sessionid=s", "sessionid is no parameter of this address; did you mean session_id?")]
    [InlineData("/events/s/history?limits=5", "limits is no parameter of this address; did you mean limit?")]
    [InlineData("/sessions?limt=5", "limt is no parameter of this address; did you mean limit?")]
    public async Task Get_Says400AndWhatIsMeant(string path, string title)
    {
        var refused = await shared.Server.GetAsync(path);

        (refused.Status, refused.Json.GetProperty("title").GetString()).ShouldBe((HttpStatusCode.BadRequest, title));
    }

    [Fact]
    public async Task Post_Says400AndStoresNothing()
    {
        var refused = await shared.Server.PostAsync("/events/mistyped?broadcst=true", """{"type":"note"}""");

        refused.Json.GetProperty("title").GetString().ShouldBe("broadcst is no parameter of this address; did you mean broadcast?");
        (await shared.Server.GetAsync("/events/mistyped/history")).Json.GetProperty("events").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("/events/s/history?_=17&utm_source=x&nocache=1")]
    [InlineData("/events/s/history?ticket=&lastEventId=1-1")]
    [InlineData("/sessions?frame=x&close=never")]
    public async Task Get_TakesWhatIsNothingOfOurs(string path) => (await shared.Server.GetAsync(path)).Status.ShouldBe(HttpStatusCode.OK);

    [Fact]
    public async Task WebSocket_IsClosedWithTheReason()
    {
        await using var socket = await WebSocketClient.OpenAsync(shared.Server.Address, "/ws/events/s?form=earliest");

        (await socket.ReadToEndAsync())[^1].Text.ShouldContain("did you mean from?");
        socket.CloseCode.ShouldBe(1008);
    }
}

using System.Text.Json;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming;

/// <summary>Events that other programs put on the channels of projects and of broadcast without logging them.</summary>
[Needs(Need.Redis)]
public sealed class UnloggedProjectTests(RedisServer redis)
{
    private readonly string _project = $"p-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("project", """{"type":"note","payload":{"a":1}}""", "broadcast", true)]
    [InlineData("project", """{"type":"note","session_id":"s","payload":{"a":1}}""", "s", true)]
    [InlineData("broadcast", """{"type":"note","payload":{"a":1}}""", "broadcast", false)]
    [InlineData("broadcast", """{"type":"note","session_id":"broadcast","payload":{"a":1}}""", "broadcast", false)]
    [InlineData("broadcast", """{"type":"note","session_id":"s","project_id":"other","payload":{"a":1}}""", "s", false)]
    public async Task Get_BringsItFilledInAndWithoutAnId(string kind, string message, string session, bool hasProject)
    {
        await redis.StartAsync();
        await using var server = TestServer.Start(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString });
        using var probe = await RedisProbe.ConnectAsync(redis, TestContext.Current.CancellationToken);
        await using var client = await server.OpenAsync(kind == "project" ? $"/projects/{_project}/events?types=note" : "/broadcast/events?types=note");
        await client.NextAsync();
        var channel = kind == "project" ? $"project:{_project}" : "broadcast:all";

        // The event of another project is skipped.
        if (hasProject) probe.Number("PUBLISH", channel, """{"type":"note","project_id":"another"}""");
        probe.Number("PUBLISH", channel, message).ShouldBeGreaterThan(0);

        var item = await client.NextAsync();
        (item.EventType, item.EventId).ShouldBe(("note", null));
        var envelope = JsonElement.Parse(item.Data);
        envelope.GetProperty("session_id").GetString().ShouldBe(session);
        envelope.GetProperty("payload").GetRawText().ShouldBe("""{"a":1}""");
        if (hasProject) envelope.GetProperty("project_id").GetString().ShouldBe(_project);
    }
}

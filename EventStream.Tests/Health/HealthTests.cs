using System.Net;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Health;

[Needs(Need.Redis)]
public sealed class HealthTests
{
    private const string Ready = """{"status":"ready"}""";
    private const string Live = """{"status":"live"}""";

    [Fact]
    public async Task Probes_AnswerYes_WhenTheBusIsInMemory()
    {
        await using var server = TestServer.Start();

        var ready = await server.GetAsync("/health/ready");

        ready.Status.ShouldBe(HttpStatusCode.OK);
        ready.ContentType.ShouldBe("application/json; charset=utf-8");
        ready.Text.ShouldBe(Ready);
        (await server.GetAsync("/health/live")).Text.ShouldBe(Live);
    }

    [Fact]
    public async Task Ready_FollowsRedis_WhenItGoesAndComesBack()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        await using var server = TestServer.Start(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString });
        await ShouldBecomeAsync(server, HttpStatusCode.OK);

        await redis.StopAsync();
        await ShouldBecomeAsync(server, HttpStatusCode.ServiceUnavailable);
        var down = await server.GetAsync("/health/ready");
        down.Text.ShouldBe("""{"status":"not_ready","reason":"Redis can't be reached."}""");
        (await server.GetAsync("/health/live")).Text.ShouldBe(Live);

        await redis.StartAsync();
        await ShouldBecomeAsync(server, HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ready_AnswersNo_WhenTheBusDoesNotAnswer(bool refuses)
    {
        await using var server = TestServer.StartWith(new TestBus { Answers = refuses ? BusAnswers.Unavailable : BusAnswers.Never });

        (await server.GetAsync("/health/ready")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await server.GetAsync("/health/live")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static Task ShouldBecomeAsync(TestServer server, HttpStatusCode status) =>
        Eventually.TrueAsync(async () => (await server.GetAsync("/health/ready")).Status == status, TestContext.Current.CancellationToken, $"ready is {status}");
}

using System.Net;
using EventStream.Bus;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Publishing;

/// <summary>The answers to publishers and readers when the bus fails.</summary>
[Needs(Need.Redis)]
public sealed class PublishFaultTests
{
    public static TheoryData<string, string> Requests => new() { { "POST", "/events/s1" }, { "GET", "/events/s1/history" }, { "DELETE", "/events/s1" } };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task EveryRoute_Answers503WithRetryAfter_WhenTheBusIsUnavailable(string method, string path)
    {
        await using var server = TestServer.StartWith(new FailingBus(() => new BusUnavailableException("secret host 10.1.2.3")), new() { ["Publishing:RetryBudget"] = "00:00:00.1" });

        var answer = await AskAsync(server, method, path);

        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.ContentType.ShouldBe("application/problem+json");
        answer.RetryAfter.ShouldBe(TimeSpan.FromSeconds(2));
        answer.Title.ShouldBe(method switch
        {
            "POST" => "Redis can't be reached; nothing was acknowledged. Send the same request again later.",
            "GET" => "Redis can't be reached. Send the same request again later.",
            _ => "Redis can't be reached; it isn't known whether anything was done. Send the same request again later.",
        });
        answer.Text.ShouldNotContain("secret");
        // A publisher must know whether the event may be stored before it repeats it; only publishing stores anything.
        var detail = answer.Json.TryGetProperty("detail", out var said) ? said.GetString()! : "";
        if (method != "POST") detail.ShouldBeEmpty();
        else detail.ShouldStartWith("The events may have been stored all the same, without the answer coming through. Repeating the request is safe for events with an event_id of your own");
    }

    [Fact]
    public async Task Post_AnswersInTheEnd_WhenTheBusHangs()
    {
        await using var redis = await RedisServer.StartOwnAsync();
        await using var server = TestServer.Start(new() { ["ConnectionStrings:Redis"] = redis.ConnectionString });
        (await server.PostAsync("/events/s1", """{"type":"t"}""")).Status.ShouldBe(HttpStatusCode.OK);
        using var probe = await RedisProbe.ConnectAsync(redis, TestContext.Current.CancellationToken);
        probe.Ask("CLIENT", "PAUSE", "600000", "ALL");

        var answer = await server.PostAsync("/events/s1", """{"event_id":"mine","type":"t"}""");

        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Json.GetProperty("detail").GetString()!.ShouldContain("may have been stored all the same");
    }

    [Fact]
    public async Task Post_Answers503AtOnce_WhenTheBusIsOutOfMemory()
    {
        var bus = new FailingBus(() => new BusUnavailableException("secret") { IsOutOfMemory = true });
        await using var server = TestServer.StartWith(bus, new() { ["Publishing:RetryBudget"] = "00:01:00" });

        var answer = await AskAsync(server, "POST", "/events/s1");

        answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Title.ShouldStartWith("Redis is out of memory; nothing was acknowledged.");
        bus.Appends.ShouldBe(1);
    }

    [Fact]
    public async Task Post_StoresOnce_WhenTheBusComesBackWithinTheRetryBudget()
    {
        var bus = new FailingBus(() => new BusUnavailableException("away")) { FailuresLeft = 3 };
        await using var server = TestServer.StartWith(bus, new() { ["Publishing:RetryBudget"] = "00:01:00" });

        var answer = await AskAsync(server, "POST", "/events/s1");

        answer.Status.ShouldBe(HttpStatusCode.OK);
        bus.Appends.ShouldBe(4);
        (await server.GetAsync("/events/s1/history")).Json.GetProperty("events").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task EveryRoute_KeepsTheExceptionToItself_WhenTheServerHasADefect(string environment)
    {
        await using var server = TestServer.StartWith(new FailingBus(() => new InvalidOperationException("secret password")), new() { ["environment"] = environment });

        foreach (var row in Requests)
        {
            var answer = await AskAsync(server, row.Data.Item1, row.Data.Item2);
            answer.Status.ShouldBe(HttpStatusCode.InternalServerError);
            answer.ContentType.ShouldBe("application/problem+json");
            answer.Text.ShouldNotContain("secret");
            answer.Text.ShouldNotContain("Exception");
        }
        (await server.GetAsync("/health/live")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static Task<HttpAnswer> AskAsync(TestServer server, string method, string path) => method switch
    {
        "POST" => server.PostAsync(path, """{"type":"t"}"""),
        "DELETE" => server.DeleteAsync(path),
        _ => server.GetAsync(path),
    };
}

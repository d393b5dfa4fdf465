using System.Net;
using System.Text.RegularExpressions;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.OpenApi;

public sealed partial class ApiDescriptionTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task Description_ListsEveryRouteWithASummary_WhenItIsRead()
    {
        var description = (await _server.GetAsync("/openapi/v1.json")).Json;

        description.GetProperty("info").GetProperty("title").GetString().ShouldBe("EventStream");
        var described = description.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Where(member => member.Name is "get" or "post" or "delete" or "put").Select(operation => (Route: $"{operation.Name.ToUpperInvariant()} {path.Name}", Operation: operation.Value)))
            .ToList();
        described.Select(entry => entry.Route).ShouldBe(Routes(), ignoreOrder: true);
        described.ShouldAllBe(entry => entry.Operation.GetProperty("summary").GetString()!.Length > 0);
    }

    [Fact]
    public async Task Description_SaysWhatPublishingTakesAndAnswers_WhenItIsRead()
    {
        var description = (await _server.GetAsync("/openapi/v1.json")).Json;
        var publish = description.GetProperty("paths").GetProperty("/events/{sessionId}").GetProperty("post");

        publish.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(content => content.Name).ShouldBe(["application/json", "application/x-ndjson"]);
        publish.GetProperty("responses").EnumerateObject().Select(response => response.Name).ShouldBe(["200", "400", "403", "408", "409", "413", "415", "429", "503"], ignoreOrder: true);
        var example = publish.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example").GetRawText();
        (await _server.PostAsync("/events/example", example)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("get", "/events/{sessionId}", "last_event_id,from,types,run_id,close,heartbeat,viewer,names,dialect,ai,Last-Event-ID,sessionId")]
    [InlineData("get", "/events/{sessionId}/history", "after,limit,types,run_id,sessionId")]
    [InlineData("post", "/events/{sessionId}", "broadcast,claim,lease,sessionId,validate")]
    [InlineData("get", "/projects/{projectId}/events", "last_event_id,from,types,run_id,session_id,heartbeat,viewer,names,Last-Event-ID,projectId")]
    [InlineData("get", "/broadcast/events/history", "after,limit,types,run_id,session_id")]
    [InlineData("get", "/ws/events/{sessionId}", "last_event_id,from,types,run_id,close,heartbeat,viewer,names,dialect,ai,frame,sessionId")]
    [InlineData("get", "/ws/broadcast", "last_event_id,from,types,run_id,session_id,heartbeat,viewer,names,frame")]
    [InlineData("post", "/agui/{sessionId}", "agent,last_event_id,Last-Event-ID,sessionId")]
    [InlineData("get", "/agui/{sessionId}", "runId,threadId,offset,from,last_event_id,Last-Event-ID,sessionId")]
    [InlineData("post", "/api/chat", "agent,ai")]
    [InlineData("get", "/api/chat/{id}/stream", "ai,startIndex,id")]
    [InlineData("get", "/sessions", "limit")]
    [InlineData("get", "/api/stream/projects/{projectId}/ingest/{id}/events", "last_event_id,Last-Event-ID,projectId,id")]
    public async Task Description_ListsTheParameters_WhenARouteHasSome(string method, string path, string expected)
    {
        var operation = (await _server.GetAsync("/openapi/v1.json")).Json.GetProperty("paths").GetProperty(path).GetProperty(method);

        var parameters = operation.GetProperty("parameters").EnumerateArray().ToList();
        parameters.Select(parameter => parameter.GetProperty("name").GetString()).ShouldBe(expected.Split(','), ignoreOrder: true);
        parameters.Where(parameter => parameter.GetProperty("in").GetString() != "path").ShouldAllBe(parameter => parameter.GetProperty("description").GetString()!.Length > 0);
    }

    [Fact]
    public async Task Scalar_ServesAPageThatNamesNoOtherHost_WhenItIsOpened()
    {
        (await _server.GetAsync("/scalar")).Status.ShouldBe(HttpStatusCode.Found);
        var page = await _server.GetAsync("/scalar/");

        page.Status.ShouldBe(HttpStatusCode.OK);
        page.ContentType.ShouldStartWith("text/html");
        OtherHost().IsMatch(page.Text.Replace($"//{_server.Address.Authority}", "", StringComparison.Ordinal)).ShouldBeFalse(page.Text);
    }

    [Fact]
    public async Task Scalar_ServesItsBundleItself_WhenThePageNamesOne()
    {
        var page = await _server.GetAsync("/scalar/");

        var sources = ScriptSource().Matches(page.Text).Select(match => match.Groups["path"].Value).ToList();
        sources.ShouldNotBeEmpty();
        foreach (var source in sources)
        {
            var bundle = await _server.GetAsync($"/scalar/{source}");
            bundle.Status.ShouldBe(HttpStatusCode.OK, source);
            bundle.ContentType.ShouldStartWith("text/javascript");
        }
    }

    [Fact]
    public async Task Root_SaysHowToBegin_WhenItIsAskedFor()
    {
        var answer = await _server.GetAsync("/");

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.ContentType.ShouldBe("text/plain; charset=utf-8");
        answer.Text.ShouldContain($"curl -N {_server.Address.Authority}/events/demo");
    }

    // All routes, except the alias and those of pages.
    // Routes for GET answer HEAD too, which the description doesn't list.
    private IEnumerable<string> Routes() => _server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
        .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.RoutePattern.RawText is { } path && !path.StartsWith("/api/events", StringComparison.Ordinal) && !path.StartsWith("/api/sessions", StringComparison.Ordinal) && !path.StartsWith("/openapi", StringComparison.Ordinal)
            && !path.StartsWith("/scalar", StringComparison.Ordinal) && !path.StartsWith("/inspector", StringComparison.Ordinal) && path != "/")
        .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Where(method => method is not ("HEAD" or "CONNECT")).Select(method => $"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')}"));

    [GeneratedRegex("(?:https?:)?//[a-z0-9]", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex OtherHost();

    [GeneratedRegex("<script [^>]*src=\"(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ScriptSource();
}

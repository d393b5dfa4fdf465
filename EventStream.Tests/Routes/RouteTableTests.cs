using EventStream.Api.Access;
using EventStream.Api.Routes;
using EventStream.Api.Streaming;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Routes;

/// <summary>Every endpoint of the server is a row of the table, and says what it needs.</summary>
public sealed class RouteTableTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private static readonly string[] Streams =
    [
        "GET /events/{sessionId}",
        "GET /api/events/{sessionId}",
        "GET /projects/{projectId}/events",
        "GET /broadcast/events",
        "GET,CONNECT /ws/events/{sessionId}",
        "GET,CONNECT /ws/projects/{projectId}",
        "GET,CONNECT /ws/broadcast",
        "GET /agents/{agent}/commands",
        "GET,CONNECT /ws/agents/{agent}/commands",
        "GET /api/stream/projects/{projectId}/ingest/{id}/events",
        "GET /api/stream/projects/{projectId}/agent-runs/{id}/events",
        "GET /api/stream/projects/{projectId}/workflows/{id}/events",
        "GET,CONNECT /api/stream/projects/{projectId}/ingest/{id}",
        "GET,CONNECT /api/stream/projects/{projectId}/agent-runs/{id}",
        "GET,CONNECT /api/stream/projects/{projectId}/workflows/{id}",
    ];

    private static readonly string[] Answers =
    [
        "POST /events/{sessionId}",
        "DELETE /events/{sessionId}",
        "GET,HEAD /events/{sessionId}/history",
        "POST /api/events/{sessionId}",
        "DELETE /api/events/{sessionId}",
        "GET,HEAD /api/events/{sessionId}/history",
        "GET,HEAD /projects/{projectId}/events/history",
        "GET,HEAD /broadcast/events/history",
        "GET,HEAD /sessions/{sessionId}",
        "GET,HEAD /api/sessions/{sessionId}",
        "POST /sessions/{sessionId}/runs",
        "POST /api/sessions/{sessionId}/runs",
        "POST /sessions/{sessionId}/runs/{runId}/interrupt",
        "POST /api/sessions/{sessionId}/runs/{runId}/interrupt",
        "POST /sessions/{sessionId}/runs/{runId}/steer",
        "POST /api/sessions/{sessionId}/runs/{runId}/steer",
        "POST /sessions/{sessionId}/runs/{runId}/approvals/{approvalId}",
        "POST /api/sessions/{sessionId}/runs/{runId}/approvals/{approvalId}",
        "POST /sessions/{sessionId}/runs/{runId}/lease",
        "POST /api/sessions/{sessionId}/runs/{runId}/lease",
        "POST /agui/{sessionId}",
        "GET /agui/{sessionId}",
        "GET /copilotkit/info",
        "POST /copilotkit/agent/{agent}/run",
        "POST /copilotkit/agent/{agent}/connect",
        "POST /copilotkit/agent/{agent}/stop/{threadId}",
        "POST /copilotkit",
        "POST /api/chat",
        "GET /api/chat/{id}/stream",
        "POST /api/chat/{id}/stop",
        "POST /tickets",
        "POST,PUT /ingest/{source}",
        "GET,HEAD /health/live",
        "GET,HEAD /health/ready",
        "GET,HEAD /schema/events",
        "GET /openapi/{documentName}.json",
        "GET /",
    ];

    private static readonly string[] Inspector = ["GET /sessions", "GET /inspector/assets/{file}"];

    [Fact]
    public void Endpoints_AreThese_AndNoOthers() => Paths(Endpoints(shared.Server)).ShouldBe([.. Streams, .. Answers, .. Inspector], ignoreOrder: true);

    [Fact]
    public async Task Endpoints_AreWithoutTheInspectors_WhenItIsSwitchedOff()
    {
        await using var server = StartWithoutInspector();
        Paths(Endpoints(server)).ShouldBe([.. Streams, .. Answers], ignoreOrder: true);
    }

    [Fact]
    public void EveryEndpoint_SaysWhatItNeeds_Once()
    {
        var endpoints = Endpoints(shared.Server);
        endpoints.ShouldNotBeEmpty();
        endpoints.Where(endpoint => endpoint.Metadata.GetOrderedMetadata<Needs>().Count != 1).Select(Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Streams_HaveNothingAroundTheirHandlers()
    {
        // The inspector's answer to browsers would hide what is around a session's handler.
        await using var server = StartWithoutInspector();
        var streams = Endpoints(server).Where(endpoint => endpoint.Metadata.GetMetadata<StreamRoute>() is not null).ToList();

        Paths(streams).ShouldBe(Streams, ignoreOrder: true);
        streams.Where(endpoint => endpoint.RequestDelegate!.Method.DeclaringType!.DeclaringType != typeof(StreamMapping)).Select(Path).ShouldBeEmpty("A filter, or a handler with parameters, has ASP.NET make the delegate.");
        streams.Where(endpoint => endpoint.Metadata.GetMetadata<IParameterBindingMetadata>() is not null).Select(Path).ShouldBeEmpty();
    }

    private static TestServer StartWithoutInspector() => TestServer.Start(new() { ["Inspector:Enabled"] = "false" });

    private static List<RouteEndpoint> Endpoints(TestServer server) =>
        [.. server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).Cast<RouteEndpoint>()];

    // Which files Scalar's page has is its package's business.
    private static IEnumerable<string> Paths(IEnumerable<RouteEndpoint> endpoints) =>
        endpoints.Select(Path).Where(path => !path.StartsWith("GET /scalar", StringComparison.Ordinal));

    private static string Path(RouteEndpoint endpoint) => $"{string.Join(',', endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)} {endpoint.RoutePattern.RawText}";
}

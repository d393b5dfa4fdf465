using EventStream.Api.Access;
using EventStream.Api.Access.Tickets;
using EventStream.Api.Agents;
using EventStream.Api.AgUi;
using EventStream.Api.AiSdk;
using EventStream.Api.Argos;
using EventStream.Api.CopilotKit;
using EventStream.Api.Health;
using EventStream.Api.History;
using EventStream.Api.Ingest;
using EventStream.Api.Inspector;
using EventStream.Api.OpenApi;
using EventStream.Api.Publishing;
using EventStream.Api.Schema;
using EventStream.Api.Sessions;
using EventStream.Api.Streaming;
using EventStream.Api.Streaming.Requests;

namespace EventStream.Api.Routes;

/// <summary>Every endpoint of the server: its path, who answers it, what it needs, and what the API's description says of it.</summary>
internal static class RouteTable
{
    private const string ArgosProject = "/api/stream/projects/{projectId}";

    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    // curl -T uploads with PUT.
    private static readonly string[] Send = [HttpMethods.Post, HttpMethods.Put];

    // Server-Sent Events, WebSocket, which stream, what is asked of it, what it needs, what is said of it.
    private static readonly StreamRow[] Streams =
    [
        new("/events/{sessionId}", "/ws/events/{sessionId}", StreamOf.Session, StreamRequest.Parse, Needs.Subscribe(StreamOf.Session), StreamDescription.Session) { Alias = "/api/events/{sessionId}", ShowsInspector = true },
        new("/projects/{projectId}/events", "/ws/projects/{projectId}", StreamOf.Project, StreamRequest.Parse, Needs.Subscribe(StreamOf.Project), StreamDescription.Project) { ShowsInspector = true },
        new("/broadcast/events", "/ws/broadcast", StreamOf.Broadcast, StreamRequest.Parse, Needs.Subscribe(StreamOf.Broadcast), StreamDescription.Broadcast) { ShowsInspector = true },
        new("/agents/{agent}/commands", "/ws/agents/{agent}/commands", StreamOf.Agent, StreamRequest.Parse, Needs.Subscribe(StreamOf.Agent), StreamDescription.Agent),
    ];

    private static readonly StreamRow[] ArgosStreams =
    [
        new($"{ArgosProject}/ingest/{{id}}/events", $"{ArgosProject}/ingest/{{id}}", ArgosStream.Key, ArgosStream.IngestJobs.Parse, Needs.Subscribe(ArgosStream.Key), ArgosStream.IngestJobs.Describe),
        new($"{ArgosProject}/agent-runs/{{id}}/events", $"{ArgosProject}/agent-runs/{{id}}", ArgosStream.Key, ArgosStream.AgentRuns.Parse, Needs.Subscribe(ArgosStream.Key), ArgosStream.AgentRuns.Describe),
        new($"{ArgosProject}/workflows/{{id}}/events", $"{ArgosProject}/workflows/{{id}}", ArgosStream.Key, ArgosStream.WorkflowRuns.Parse, Needs.Subscribe(ArgosStream.Key), ArgosStream.WorkflowRuns.Describe),
    ];

    public static void MapRoutes(this IEndpointRouteBuilder routes)
    {
        routes.MapStreams(Streams);
        routes.MapStreams(ArgosStreams);
        MapSessions(routes.MapAnswers());
        MapSessions(routes.MapGroup("/api").ExcludeFromDescription().MapAnswers());
        MapOthers(routes.MapAnswers());
        routes.MapGet("/", ApiDescription.Welcome).ShowsInspector().Needs(Needs.Public).ExcludeFromDescription();
        routes.MapOpenApi().Needs(Needs.Caller);
        ScalarPage.MapScalar(routes.MapGroup("").Needs(Needs.Public));
    }

    // Handlers are named where they are mapped, so that the code that binds their parameters is generated.
    private static void MapSessions(RouteGroupBuilder answers)
    {
        answers.MapPost("/events/{sessionId}", PublishEndpoints.PublishAsync).Needs(Needs.Publish(StreamOf.Session)).Describes("Events", PublishEndpoints.DescribePublish);
        answers.MapDelete("/events/{sessionId}", PublishEndpoints.DeleteAsync).Needs(Needs.Admin(StreamOf.Session)).Describes("Events", PublishEndpoints.DescribeDelete);
        answers.MapMethods("/sessions/{sessionId}", Read, SessionEndpoints.ReadAsync).Needs(Needs.Subscribe(StreamOf.Session)).Describes("Events", SessionEndpoints.DescribeState);
        answers.MapPost("/sessions/{sessionId}/runs", RunEndpoints.AskAsync).Needs(Needs.Command(StreamOf.Session)).Describes("Agents", RunEndpoints.DescribeAsk);
        answers.MapPost("/sessions/{sessionId}/runs/{runId}/interrupt", RunEndpoints.InterruptAsync).Needs(Needs.Command(StreamOf.Session)).Describes("Agents", RunEndpoints.DescribeInterrupt);
        answers.MapPost("/sessions/{sessionId}/runs/{runId}/steer", RunEndpoints.SteerAsync).Needs(Needs.Command(StreamOf.Session)).Describes("Agents", RunEndpoints.DescribeSteer);
        answers.MapPost("/sessions/{sessionId}/runs/{runId}/approvals/{approvalId}", RunEndpoints.AnswerAsync).Needs(Needs.Command(StreamOf.Session)).Describes("Agents", RunEndpoints.DescribeAnswer);
        answers.MapPost("/sessions/{sessionId}/runs/{runId}/lease", RunEndpoints.RenewAsync).Needs(Needs.Publish(StreamOf.Session)).Describes("Agents", RunEndpoints.DescribeRenew);
        answers.MapMethods("/events/{sessionId}/history", Read, HistoryEndpoints.ReadSessionAsync).Needs(Needs.Subscribe(StreamOf.Session)).Describes("Events", HistoryEndpoints.DescribeSession);
    }

    private static void MapOthers(RouteGroupBuilder answers)
    {
        answers.MapMethods("/projects/{projectId}/events/history", Read, HistoryEndpoints.ReadProjectAsync).Needs(Needs.Subscribe(StreamOf.Project)).Describes("Projects", HistoryEndpoints.DescribeProject);
        answers.MapMethods("/broadcast/events/history", Read, HistoryEndpoints.ReadBroadcastAsync).Needs(Needs.Subscribe(StreamOf.Broadcast)).Describes("Broadcast", HistoryEndpoints.DescribeBroadcast);
        answers.MapPost("/api/chat", ChatEndpoints.PostAsync).Needs(Needs.Caller).Describes("AI SDK", ChatEndpoints.DescribePost);
        answers.MapGet("/api/chat/{id}/stream", ChatEndpoints.ResumeAsync).Needs(Needs.Subscribe(ChatPath.Key)).Describes("AI SDK", ChatEndpoints.DescribeResume);
        answers.MapPost("/api/chat/{id}/stop", ChatEndpoints.StopAsync).Needs(Needs.Command(ChatPath.Key)).Describes("AI SDK", ChatEndpoints.DescribeStop);
        if (answers.HasInspector())
        {
            answers.MapGet("/sessions", InspectorEndpoints.ListSessionsAsync).Needs(Needs.Caller).Describes("Inspector", InspectorEndpoints.DescribeSessions);
            answers.MapGet("/inspector/assets/{file}", InspectorPage.SendAsset).Needs(Needs.Public).ExcludeFromDescription();
        }
        answers.MapPost("/agui/{sessionId}", AgUiEndpoints.PostAsync).Needs(Needs.Subscribe(StreamOf.Session)).Describes("AG-UI", AgUiEndpoints.DescribePost);
        answers.MapGet("/agui/{sessionId}", AgUiEndpoints.GetAsync).Needs(Needs.Subscribe(StreamOf.Session)).Describes("AG-UI", AgUiEndpoints.DescribeGet);
        answers.MapGet("/copilotkit/info", CopilotEndpoints.Info).Needs(Needs.Caller).Describes("CopilotKit", CopilotEndpoints.DescribeInfo);
        answers.MapPost("/copilotkit/agent/{agent}/run", CopilotEndpoints.RunAsync).Needs(Needs.Caller).Describes("CopilotKit", CopilotEndpoints.DescribeRun);
        answers.MapPost("/copilotkit/agent/{agent}/connect", CopilotEndpoints.ConnectAsync).Needs(Needs.Caller).Describes("CopilotKit", CopilotEndpoints.DescribeConnect);
        answers.MapPost("/copilotkit/agent/{agent}/stop/{threadId}", CopilotEndpoints.StopAsync).Needs(Needs.Caller).Describes("CopilotKit", CopilotEndpoints.DescribeStop);
        answers.MapPost("/copilotkit", CopilotEndpoints.SingleAsync).Needs(Needs.Caller).Describes("CopilotKit", CopilotEndpoints.DescribeSingle);
        answers.MapPost("/tickets", TicketEndpoints.MakeAsync).Needs(Needs.Caller).Describes("Access", TicketEndpoints.DescribeMake);
        answers.MapMethods("/ingest/{source}", Send, IngestEndpoints.IngestAsync).Needs(Needs.Caller).Describes("Ingest", IngestEndpoints.DescribeIngest);
        answers.MapMethods("/health/live", Read, HealthEndpoints.Live).Needs(Needs.Public).Describes("Health", HealthEndpoints.DescribeLive);
        answers.MapMethods("/health/ready", Read, HealthEndpoints.ReadyAsync).Needs(Needs.Public).Describes("Health", HealthEndpoints.DescribeReady);
        answers.MapMethods("/schema/events", Read, SchemaEndpoints.Send).Needs(Needs.Caller).Describes("Schema", SchemaEndpoints.DescribeSchema);
    }
}

using System.Reflection;
using System.Text.Json;
using EventStream.Api.Agents.Posting;
using EventStream.Api.AgUi;
using EventStream.Api.OpenApi;
using EventStream.Api.Problems;
using EventStream.Api.Publishing;
using EventStream.Events;
using EventStream.Foreign;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventStream.Api.CopilotKit;

/// <summary>The addresses of CopilotKit's runtime.</summary>
internal static class CopilotEndpoints
{
    private const string RunExample = """{"threadId":"demo","runId":"r1","messages":[{"id":"m1","role":"user","content":"Is the web server up?"}],"tools":[],"context":[]}""",
        StopExample = """{"runId":"r1"}""", SingleExample = """{"method":"agent/run","params":{"agentId":"assistant"},"body":{"threadId":"demo","runId":"r1","messages":[]}}""";

    private static readonly string Version = typeof(CopilotEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void DescribeInfo(RouteHandlerBuilder route) => route.WithSummary("List the agents to CopilotKit").WithDescription("What `runtimeUrl` of CopilotKit asks first: the agents in `Dialects:Agents`.");

    public static void DescribeRun(RouteHandlerBuilder route) => Describe(route, "Ask for a run with CopilotKit, or join it", RunExample, "RunAgentInput, at most 8 MiB; its `threadId` is the session.");

    public static void DescribeConnect(RouteHandlerBuilder route) => Describe(route, "Read a thread with CopilotKit", RunExample, "The messages so far, and while a run goes on, what follows.");

    public static void DescribeStop(RouteHandlerBuilder route) => Describe(route, "Stop a thread's run with CopilotKit", StopExample, "Publishes `run_interrupt_requested`, and answers `{\"stopped\":true}`; false when no run goes on.");

    public static void DescribeSingle(RouteHandlerBuilder route) => Describe(route, "All of CopilotKit's runtime at one address", SingleExample, "`transport: \"single\"`: `method` is `info`, `agent/run`, `agent/connect` or `agent/stop`.");

    public static IResult Info(DialectSettings settings)
    {
        var agents = new PayloadWriter().BeginNative();
        foreach (var agent in settings.Agents)
            agents.Object(agent, new PayloadWriter().BeginNative().Text("name", agent).Text("description", "").Text("className", "EventStreamAgent").Finish());
        var info = new PayloadWriter().BeginNative().Text("version", Version).Object("agents", agents.Finish()).Flag("audioFileTranscriptionEnabled", false).Text("mode", "sse").Finish();
        return TypedResults.Bytes(info.Utf8.ToArray(), "application/json");
    }

    public static Task<IResult> RunAsync(string agent, HttpContext context, BodyReader bodies, CopilotRuntime runtime, StopGrace stop, CancellationToken cancellationToken) =>
        AnswerAsync(context, bodies, stop, AgUiInput.Parse, input => runtime.RunAsync(context, agent, input, cancellationToken));

    public static Task<IResult> ConnectAsync(string agent, HttpContext context, BodyReader bodies, CopilotRuntime runtime, StopGrace stop, CancellationToken cancellationToken) =>
        AnswerAsync(context, bodies, stop, AgUiInput.Parse, input => runtime.ConnectAsync(context, agent, input, cancellationToken));

    public static Task<IResult> StopAsync(string agent, string threadId, HttpContext context, BodyReader bodies, CopilotRuntime runtime, StopGrace stop, CancellationToken cancellationToken) =>
        AnswerAsync(context, bodies, stop, body => Member(body).OptionalText("runId"), async run => Stopped(await runtime.StopAsync(context, agent, threadId, run, cancellationToken)));

    public static Task<IResult> SingleAsync(HttpContext context, BodyReader bodies, CopilotRuntime runtime, DialectSettings settings, StopGrace stop, CancellationToken cancellationToken) =>
        AnswerAsync(context, bodies, stop, CopilotCall.Parse, async call => call.Method switch
        {
            "info" => Info(settings),
            "agent/run" => await runtime.RunAsync(context, call.Agent, call.Input!, cancellationToken),
            "agent/connect" => await runtime.ConnectAsync(context, call.Agent, call.Input!, cancellationToken),
            _ => Stopped(await runtime.StopAsync(context, call.Agent, call.ThreadId, call.RunId, cancellationToken)),
        });

    /// <summary>A request as a part of which members are read; an empty body has none.</summary>
    internal static AgUiMember Member(ReadOnlyMemory<byte> body)
    {
        var isEmpty = !body.Span.ContainsAnyExcept(" \t\r\n"u8);
        var json = JsonElement.Parse(isEmpty ? "{}"u8 : CompactJson.From(body.Span), new JsonDocumentOptions { MaxDepth = EventLimits.MaxJsonDepth });
        return json.ValueKind == JsonValueKind.Object ? new AgUiMember(json, "") : throw new EventRejectedException("", "The body must be an object.");
    }

    private static async Task<IResult> AnswerAsync<T>(HttpContext context, BodyReader bodies, StopGrace stop, Func<ReadOnlyMemory<byte>, T> parse, Func<T, Task<IResult>> answer)
    {
        try
        {
            return await answer(await bodies.ParseAsync(context.Request, DialectSettings.MaxBodyBytes, parse, stop.Ended));
        }
        catch (OperationCanceledException) when (stop.Ended.IsCancellationRequested)
        {
            return ProblemResults.Stopping(context);
        }
    }

    private static FileContentHttpResult Stopped(bool isStopped) => TypedResults.Bytes(new PayloadWriter().BeginNative().Flag("stopped", isStopped).Finish().Utf8.ToArray(), "application/json");

    private static void Describe(RouteHandlerBuilder route, string summary, string example, string description) => route
        .WithSummary(summary)
        .WithDescription(description)
        .DescribesCommand(example);
}

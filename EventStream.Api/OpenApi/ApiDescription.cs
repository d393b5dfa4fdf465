using Microsoft.OpenApi;
namespace EventStream.Api.OpenApi;

/// <summary>The API's description at <c>/openapi/v1.json</c>, its page at <c>/scalar</c>, and what <c>/</c> says.</summary>
internal static class ApiDescription
{
    private const string WelcomeText = """
        EventStream is running.

          curl -N localhost:8000/events/demo
          curl --json '{"type":"agent_message_delta","payload":{"message_id":"m1","delta":"Hello"}}' localhost:8000/events/demo
          curl localhost:8000/events/demo/history

        In a browser this address shows the inspector: a page where you watch agents work.
        The API: /scalar (page), /openapi/v1.json (description), /schema/events (the events). Probes: /health/live, /health/ready.

        """;

    public static void AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi(options =>
        {
            // HEAD goes without saying.
            options.ShouldInclude = static route => route.HttpMethod != HttpMethods.Head;
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info.Title = "EventStream";
                // Beside the description, whatever prefix a proxy takes away.
                document.Servers = [new OpenApiServer { Url = ".." }];
                document.Info.Description = "Streams what AI agents do to the people who watch them. Publish events, then stream or read them, from any cursor.";
                return Task.CompletedTask;
            });
        });

    public static string Welcome(HttpRequest request) => WelcomeText.Replace("localhost:8000", $"{request.Host}{request.PathBase}", StringComparison.Ordinal);
}

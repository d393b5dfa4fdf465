namespace EventStream.Api.OpenApi;

/// <summary>The API's description at <c>/openapi/v1.json</c> and its page at <c>/scalar</c>.</summary>
internal static class ApiDescription
{
    public static void AddApiDescription(this IServiceCollection services) =>
        services.AddOpenApi(options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "EventStream";
            document.Info.Description = "Streams what AI agents do to the people who watch them. Publish events, then stream or read them, from any cursor.";
            return Task.CompletedTask;
        }));

    public static void MapApiDescription(this IEndpointRouteBuilder routes) => routes.MapOpenApi();
}

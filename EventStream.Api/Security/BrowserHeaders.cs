namespace EventStream.Api.Security;

/// <summary>Sends with every answer what keeps a browser from guessing types, from running what it was sent, and from showing it in a frame.</summary>
internal static class BrowserHeaders
{
    /// <summary>Adds them to problems that are written after what was set has been cleared.</summary>
    public static void AddBrowserHeaders(this IServiceCollection services) =>
        services.Configure<ProblemDetailsOptions>(options => options.CustomizeProblemDetails = problem => Set(problem.HttpContext));

    // Nothing waits for the handler: what did would be kept for as long as its stream lives.
    public static void UseBrowserHeaders(this WebApplication app) => app.Use(next => context =>
    {
        Set(context);
        return next(context);
    });

    private static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = context.GetEndpoint()?.Metadata.GetMetadata<ContentPolicy>()?.Value ?? ContentPolicy.Answers;
    }
}

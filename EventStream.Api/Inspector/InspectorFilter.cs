using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace EventStream.Api.Inspector;

/// <summary>Shows the inspector to those who ask for a page. EventSource asks for <c>text/event-stream</c>, and curl for anything: they get what the route answers.</summary>
internal sealed class InspectorFilter(IOptions<InspectorOptions> options) : IEndpointFilter
{
    private const string Page = "text/html";
    private const string Stream = "text/event-stream";

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (!options.Value.Enabled) return next(context);
        context.HttpContext.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        return WantsPage(context.HttpContext.Request) ? ValueTask.FromResult<object?>(InspectorPage.Show(context.HttpContext)) : next(context);
    }

    private static bool WantsPage(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        return Quality(accepted, Page) > Quality(accepted, Stream);
    }

    // A wildcard names nothing.
    private static double Quality(IEnumerable<MediaTypeHeaderValue> accepted, string type) =>
        accepted.Where(each => each.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase)).Select(each => each.Quality ?? 1).DefaultIfEmpty(0).Max();
}

using EventStream.Api.Cors;
using EventStream.Events;

namespace EventStream.Api.Access;

/// <summary>Refuses what a foreign page makes a browser send: browsers send it from anywhere, with the cookies and from the machine of who looks at the page.</summary>
/// <remarks>Judged by <c>Origin</c> and <c>Sec-Fetch-Site</c>, which only browsers send, and never by the type of the body. Nothing of it waits for a stream, which changes nothing.</remarks>
internal sealed class OriginStep(OriginCheck origins)
{
    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || HttpMethods.IsConnect(request.Method)) return next(context);
        if (request.Headers.Origin.Count == 0) return IsOfForeignPage(request) ? RefuseAsync(context, "another site") : next(context);
        return CheckAsync(context, next);
    }

    private async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (await origins.PassesAsync(context)) await next(context);
        else await RefuseAsync(context, EventRejectedException.Shown(context.Request.Headers.Origin.ToString()));
    }

    private static bool IsOfForeignPage(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is not ("" or "same-origin" or "none");

    private static Task RefuseAsync(HttpContext context, string page) =>
        new Refusal(StatusCodes.Status403Forbidden, $"Pages of {page} may not change anything here; add their origin to Cors:Origins.").SendAsync(context);
}

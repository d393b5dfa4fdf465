using EventStream.Api.Access;
using EventStream.Api.Access.Grants;
using EventStream.Api.OpenApi;
using EventStream.Bus;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace EventStream.Api.Inspector;

/// <summary>The page where people watch agents work, and the sessions that it offers.</summary>
internal static class InspectorEndpoints
{
    private const int DefaultLimit = 50;

    /// <summary>Whether the page is shown, with the sessions that it offers.</summary>
    public static bool HasInspector(this IEndpointRouteBuilder routes) => IsEnabled(routes.ServiceProvider);

    public static void DescribeSessions(RouteHandlerBuilder route) => route
        .WithSummary("List the sessions that began last")
        .WithDescription("Newest first, over all nodes, without those whose log has expired or was deleted; at most 1,000 are remembered. Switched off, with the inspector, by `Inspector:Enabled=false`.")
        .DescribesQuery("limit", $"How many sessions at most: 1 to 1,000, by default {DefaultLimit}.")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Answers a browser that navigates here with the page.</summary>
    /// <remarks>Not by a filter: what waits around a handler is kept for as long as its stream lives.</remarks>
    public static RouteHandlerBuilder ShowsInspector(this RouteHandlerBuilder route)
    {
        route.WithMetadata(new PublicWhen(InspectorPage.IsWantedBy));
        route.Finally(static endpoint =>
        {
            if (!IsEnabled(endpoint.ApplicationServices) || endpoint.RequestDelegate is not { } stream) return;
            endpoint.RequestDelegate = context =>
            {
                context.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
                return InspectorPage.IsWantedBy(context.Request) ? InspectorPage.ShowAsync(context) : stream(context);
            };
        });
        return route;
    }

    /// <summary>Those that the caller may watch.</summary>
    public static async Task<Ok<SessionList>> ListSessionsAsync(HttpContext context, CallerOf callers, IEventBus bus, CancellationToken cancellationToken)
    {
        var limit = PageLimit.Parse(context.Request.Query["limit"], DefaultLimit);
        var caller = callers.Get(context);
        var seesAll = caller.Holds(new Grant(GrantAction.Subscribe, StreamPattern.Sessions));
        var recent = await bus.RecentSessionsAsync(seesAll ? limit : BusLimits.MaxRecentSessions, cancellationToken);
        return TypedResults.Ok(new SessionList(seesAll ? recent : [.. recent.Where(session => caller.May(GrantAction.Subscribe, StreamKey.Session(session.SessionId))).Take(limit)]));
    }

    private static bool IsEnabled(IServiceProvider services) => services.GetRequiredService<InspectorSettings>().Enabled;
}

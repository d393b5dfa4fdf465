using EventStream.Api.Security;
using Scalar.AspNetCore;

namespace EventStream.Api.OpenApi;

/// <summary>The page <c>/scalar</c>: it asks nothing of any other host.</summary>
internal static class ScalarPage
{
    // The package writes the page's settings into a script of the page, and its styles when it runs.
    private static readonly ContentPolicy Policy = new(ContentPolicy.Page(connect: "", inline: true));

    public static void MapScalar(this IEndpointRouteBuilder routes) => routes.MapScalarApiReference("/scalar", Configure).WithMetadata(Policy);

    // The bundle names hosts for fonts, for a proxy of requests, for figures of use and for an assistant. An empty proxy is none; without one it takes its own.
    private static void Configure(ScalarOptions options) => options
        .WithTitle("EventStream API")
        // Its own reading of relative addresses forgets the prefix of a proxy.
        .WithDynamicBaseServerUrl()
        .AddServer("/")
        .DisableDefaultFonts()
        .WithProxy("")
        .DisableTelemetry()
        .DisableAgent()
        .DisableMcp()
        .HideDeveloperTools()
        .HideClientButton();
}

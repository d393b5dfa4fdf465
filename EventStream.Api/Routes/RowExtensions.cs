using EventStream.Api.Access;
using EventStream.Api.Problems;

namespace EventStream.Api.Routes;

/// <summary>The columns of a row whose handler answers and is done.</summary>
internal static class RowExtensions
{
    /// <summary>Routes whose handlers' rejections are told as problems.</summary>
    public static RouteGroupBuilder MapAnswers(this IEndpointRouteBuilder routes) => routes.MapGroup("").AddEndpointFilter<ProblemFilter>();

    public static TBuilder Needs<TBuilder>(this TBuilder route, Needs needs) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(needs);

    /// <param name="route">The route.</param>
    /// <param name="tag">The heading that it stands under in the API's description.</param>
    /// <param name="describe">What is said of it there.</param>
    public static RouteHandlerBuilder Describes(this RouteHandlerBuilder route, string tag, Action<RouteHandlerBuilder> describe)
    {
        describe(route.WithTags(tag));
        return route;
    }
}

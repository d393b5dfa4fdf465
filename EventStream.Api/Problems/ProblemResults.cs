using EventStream.Bus;
using EventStream.Events;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventStream.Api.Problems;

/// <summary>Errors as <c>application/problem+json</c> with a title that says what to change.</summary>
internal static class ProblemResults
{
    public static ProblemHttpResult Rejected(EventRejectedException e) => TypedResults.Problem(
        statusCode: e.IsTooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest,
        title: e.Message,
        extensions: e.Pointer.Length == 0 ? null : new Dictionary<string, object?> { ["pointer"] = e.Pointer });

    public static ProblemHttpResult TooLarge(string title) =>
        TypedResults.Problem(statusCode: StatusCodes.Status413PayloadTooLarge, title: title);

    public static ProblemHttpResult Unavailable(HttpContext context, BusUnavailableException e)
    {
        context.Response.Headers.RetryAfter = "2";
        return TypedResults.Problem(
            statusCode: StatusCodes.Status503ServiceUnavailable,
            title: e.IsOutOfMemory
                ? "Redis is out of memory; nothing was acknowledged. Raise its maxmemory or lower Log:Retention."
                : "Redis can't be reached; nothing was acknowledged. Send the same request again later, with the same event ids.");
    }
}

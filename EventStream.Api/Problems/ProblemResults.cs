using EventStream.Bus;
using EventStream.Events;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventStream.Api.Problems;

/// <summary>Errors as <c>application/problem+json</c> with a title that says what to change.</summary>
internal static class ProblemResults
{
    public static readonly string TooLarge = $"A request may hold {EventLimits.MaxBatchBytes} bytes; send the events in several requests.";

    public static ProblemHttpResult Rejected(EventRejectedException e) => TypedResults.Problem(
        statusCode: e.IsTooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest,
        title: e.Message,
        extensions: e.Pointer.Length == 0 ? null : new Dictionary<string, object?> { ["pointer"] = e.Pointer });

    /// <summary>What Kestrel refuses while the body is read.</summary>
    public static ProblemHttpResult Unreadable(BadHttpRequestException e) => TypedResults.Problem(statusCode: e.StatusCode, title: e.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => TooLarge,
        StatusCodes.Status408RequestTimeout => "The body came too slowly; send it again.",
        _ => "The body can't be read: it is cut short or its chunks are broken.",
    });

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

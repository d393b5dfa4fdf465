using System.Globalization;
using EventStream.Api.Access;
using EventStream.Api.Access.Limits;
using EventStream.Api.History;
using EventStream.Bus;
using EventStream.Events;
using Microsoft.AspNetCore.Http.HttpResults;

namespace EventStream.Api.Problems;

/// <summary>Errors as <c>application/problem+json</c> with a title that says what to change.</summary>
internal static class ProblemResults
{
    public static readonly string TooLarge = $"A request may hold {EventLimits.MaxBatchBytes} bytes; send the events in several requests.";

    /// <summary>Nothing is known but that no answer came.</summary>
    public static readonly BusRefusal Unreachable = new("Redis can't be reached", "Send the same request again later.");

    private const string MayBeStored = "The events may have been stored all the same, without the answer coming through. "
        + "Repeating the request is safe for events with an event_id of your own: each is stored once. Events without one get new ids and may be stored twice.";

    public static ProblemHttpResult Rejected(EventRejectedException e)
    {
        var status = e switch
        {
            { IsDenied: true } => StatusCodes.Status403Forbidden,
            { IsCrowded: true } => StatusCodes.Status429TooManyRequests,
            { IsTooLarge: true } => StatusCodes.Status413PayloadTooLarge,
            _ => StatusCodes.Status400BadRequest,
        };
        return TypedResults.Problem(statusCode: status, title: e.Message, type: TypeOf(status), extensions: e.Pointer.Length == 0 ? null : new Dictionary<string, object?> { ["pointer"] = e.Pointer });
    }

    /// <summary>What Kestrel refuses while the body is read.</summary>
    public static ProblemHttpResult Unreadable(BadHttpRequestException e) => TypedResults.Problem(statusCode: e.StatusCode, type: TypeOf(e.StatusCode), title: e.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => TooLarge,
        StatusCodes.Status408RequestTimeout => e is LateBodyException ? e.Message : "The body came too slowly, with less than 240 bytes a second; send it again.",
        _ => "The body can't be read: it is cut short or its chunks are broken.",
    });

    public static ProblemHttpResult Unavailable(HttpContext context, BusUnavailableException e)
    {
        context.Response.Headers.RetryAfter = "2";
        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        var isPublish = (HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsPut(context.Request.Method)) && context.GetEndpoint()?.Metadata.GetMetadata<StoresNoEvents>() is null;
        var (reason, fix) = Why(e);
        return TypedResults.Problem(
            statusCode: StatusCodes.Status503ServiceUnavailable,
            title: $"{reason}{(isPublish ? "; nothing was acknowledged" : isRead ? "" : "; it isn't known whether anything was done")}. {fix}",
            detail: isPublish ? MayBeStored + Lacking(e.Lacking) : null);
    }

    /// <summary>The node has no room for the request.</summary>
    public static ProblemHttpResult Busy(HttpContext context, NodeBusyException e)
    {
        context.Response.Headers.RetryAfter = "2";
        // The rest of the body isn't read.
        context.Response.Headers.Connection = "close";
        return TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: e.Message);
    }

    /// <summary>The caller has to show anew who it is.</summary>
    public static ProblemHttpResult CallerEnded(HttpContext context, CallerEndedException e)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem(statusCode: StatusCodes.Status401Unauthorized, title: e.Message);
    }

    /// <summary>The caller has to wait.</summary>
    public static ProblemHttpResult LimitExceeded(HttpContext context, LimitExceededException e)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(e.RetryAfter.TotalSeconds)).ToString("F0", CultureInfo.InvariantCulture);
        return TypedResults.Problem(statusCode: StatusCodes.Status429TooManyRequests, title: e.Message, type: TypeOf(StatusCodes.Status429TooManyRequests));
    }

    /// <summary>What is wrong with the bus, and what to do.</summary>
    public static BusRefusal Why(BusUnavailableException e) => e.Refusal ?? Unreachable;

    // The framework knows the types of the other statuses.
    private static string? TypeOf(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => "https://tools.ietf.org/html/rfc9110#section-15.5.14",
        StatusCodes.Status429TooManyRequests => "https://tools.ietf.org/html/rfc6585#section-4",
        _ => null,
    };

    private static string Lacking(IReadOnlyList<StreamKey> streams) => streams.Count == 0 ? ""
        : $" Their session holds them; {Relays.Names(streams)} may lack them until the request is repeated.";

    /// <summary>More histories are asked for than a node reads.</summary>
    public static ProblemHttpResult TooManyHistories(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "2";
        return TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable,
            title: $"This node reads {HistoryPlaces.AtOnce} histories at once, and {HistoryPlaces.MaxWaiting} are waiting already. Ask again later, or another node.");
    }

    /// <summary>The server stops before the body of a request has come to its end.</summary>
    public static ProblemHttpResult Stopping(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "2";
        context.Response.Headers.Connection = "close";
        return TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, title: "The server is stopping; nothing was stored. Send the same request again, to another node.");
    }
}

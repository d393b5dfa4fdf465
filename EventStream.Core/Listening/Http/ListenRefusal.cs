using System.Net;
using EventStream.Bus;

namespace EventStream.Listening.Http;

/// <summary>Turns an answer that is no stream into the exception that a reader gets, or that has it try again.</summary>
internal static class ListenRefusal
{
    public static Exception Of(HttpResponseMessage response, ReadOnlyMemory<byte> body, Uri server)
    {
        var (status, reason) = (response.StatusCode, ServerFaults.Reason(body) ?? ServerFaults.NoReason);
        if (IsPassing(status)) return new BusUnavailableException($"The server at {server} answered {(int)status}: {reason}");
        return new HttpRequestException(status switch
        {
            HttpStatusCode.OK => $"What answers at {server} is no EventStream server: it sends {response.Content.Headers.ContentType?.MediaType ?? "no type"} where a stream is read. Check the base address and any proxy in between.",
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                $"The server at {server} refuses this listener with {(int)status}: {reason} Its key is EventStreamOptions.Key, or Token gives what it shows; a client of your own sends it as Authorization: Bearer.",
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => $"The server at {server} redirects{(response.Headers.Location is { } target ? $" to {target}" : " elsewhere")}: make the address that it redirects to the base address.",
            _ => $"The server at {server} answered {(int)status} where a stream is read; check the base address and any proxy in between. {reason}",
        }, inner: null, status);
    }

    /// <summary>What is told where a stream is none of a server of ours.</summary>
    public static HttpRequestException Foreign(Uri server, Exception? inner = null) =>
        new($"What answers at {server} sends events, but is no EventStream server: its stream doesn't begin with session_stream_started. Check the base address and any proxy in between.", inner, HttpStatusCode.OK);

    // What answers 501 or 505 is no server of ours, and won't stream later either.
    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)425
        || (status >= HttpStatusCode.InternalServerError && status is not (HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported));
}

using System.Net;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Bus.Http;

/// <summary>Turns a status other than 200 and 409, or no answer, into the exception that a publisher gets.</summary>
internal static class HttpRefusal
{
    public static Exception Of(HttpResponseMessage response, ReadOnlyMemory<byte> body, Uri server) => response.StatusCode switch
    {
        // No server of ours answers these two; what does won't take the events later either.
        HttpStatusCode.NotImplemented or HttpStatusCode.HttpVersionNotSupported => NotHere(response.StatusCode, body, server),
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
            new BusUnavailableException($"The server at {server} answered {(int)response.StatusCode}: {ServerFaults.Reason(body) ?? ServerFaults.NoReason}"),
        HttpStatusCode.RequestEntityTooLarge => Rejected(response.StatusCode, ServerFaults.Reason(body) ?? ServerFaults.NoReason),
        // Without a reason it wasn't our server that refused, so no event is at fault.
        HttpStatusCode.BadRequest or HttpStatusCode.UnsupportedMediaType when ServerFaults.Reason(body) is { } reason => Rejected(response.StatusCode, reason),
        // The publisher may publish here; one of these events it may not.
        HttpStatusCode.Forbidden when HasPointer(body) => Rejected(response.StatusCode, ServerFaults.Reason(body) ?? ServerFaults.NoReason),
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => Redirected(response.StatusCode, server, response.Headers.Location),
        _ => NotHere(response.StatusCode, body, server),
    };

    public static HttpRequestException Redirected(HttpStatusCode status, Uri server, Uri? target) =>
        new($"The server at {server} redirects {(target is null ? "elsewhere" : $"to {target}")}, and events don't follow: make the address that it redirects to the base address.", inner: null, status);

    private static EventRejectedException Rejected(HttpStatusCode status, string reason) =>
        new("", $"The server refuses the events with {(int)status}: {reason}", isTooLarge: status == HttpStatusCode.RequestEntityTooLarge);

    private static HttpRequestException NotHere(HttpStatusCode status, ReadOnlyMemory<byte> body, Uri server)
    {
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden && ServerFaults.Reason(body) is { } refusal)
            return new HttpRequestException($"The server at {server} refuses this publisher with {(int)status}: {refusal} Its key is EventStreamOptions.Key, or Token gives what it shows.", inner: null, status);
        var wantsCredentials = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired;
        return new HttpRequestException(
            $"The server at {server} answered {(int)status} where events are published; check the base address and any proxy in between{(wantsCredentials ? ", which asks for credentials: give HttpEventAppender a client that sends them" : "")}. {ServerFaults.Reason(body) ?? ServerFaults.NoReason}",
            inner: null, status);
    }

    private static bool HasPointer(ReadOnlyMemory<byte> problem)
    {
        try
        {
            using var json = JsonDocument.Parse(problem);
            return json.RootElement.ValueKind == JsonValueKind.Object && ServerFaults.Text(json.RootElement, "pointer") is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

using System.Net;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Bus.Http;

/// <summary>Turns a status other than 200 and 409 into the exception that a publisher gets.</summary>
internal static class HttpRefusal
{
    public static Exception Of(HttpStatusCode status, ReadOnlyMemory<byte> body, Uri server) => status switch
    {
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
            new BusUnavailableException($"The server at {server} answered {(int)status}: {Reason(body)}"),
        HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType =>
            new EventRejectedException("", $"The server refuses the events with {(int)status}: {Reason(body)}", status == HttpStatusCode.RequestEntityTooLarge),
        _ => new HttpRequestException($"The server at {server} answered {(int)status} where events are published; check the base address and any proxy in between. {Reason(body)}", inner: null, status),
    };

    private static string Reason(ReadOnlyMemory<byte> problem)
    {
        try
        {
            using var json = JsonDocument.Parse(problem);
            string?[] parts = json.RootElement.ValueKind == JsonValueKind.Object ? [Text(json.RootElement, "title"), Text(json.RootElement, "detail")] : [];
            var reason = string.Join(' ', parts.OfType<string>());
            return reason.Length > 0 ? reason : "It gives no reason.";
        }
        catch (JsonException)
        {
            return "It gives no reason.";
        }
    }

    private static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}

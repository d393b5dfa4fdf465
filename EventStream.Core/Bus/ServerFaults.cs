using System.Security.Authentication;
using System.Text.Json;

namespace EventStream.Bus;

/// <summary>What a server's answer says of a fault, or that there was none.</summary>
internal static class ServerFaults
{
    public const string NoReason = "It gives no reason.";

    /// <summary>What it means that no answer came. A name that isn't known yet or a refused connection may pass; a wrong protocol or certificate doesn't.</summary>
    public static Exception Unanswered(HttpRequestException failure, Uri server) => failure switch
    {
        { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException inner } =>
            new HttpRequestException(failure.HttpRequestError, $"TLS with the server at {server} fails; check the scheme, the port and the server's certificate. {inner.GetBaseException().Message}", failure),
        { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } =>
            new HttpRequestException(failure.HttpRequestError, $"What answers at {server} is no EventStream server; check the scheme, the host and the port. {failure.GetBaseException().Message}", failure),
        _ when ProxyOf(failure, server) is { } proxy =>
            new BusUnavailableException($"The server at {server} can't be reached through the proxy {proxy}, which the environment names: {failure.GetBaseException().Message}. To go there without it, set NO_PROXY={server.Host}.", failure),
        _ => new BusUnavailableException($"The server at {server} can't be reached: {failure.GetBaseException().Message}", failure),
    };

    // The client names what it tried to connect to. The address of a proxy may hold a password, its authority doesn't.
    private static string? ProxyOf(HttpRequestException failure, Uri server) =>
        HttpClient.DefaultProxy.GetProxy(server) is { } proxy && failure.Message.Contains($"({proxy.Host}:{proxy.Port})", StringComparison.Ordinal) ? proxy.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped) : null;

    /// <summary>The title and detail of a problem; null when the body is none.</summary>
    public static string? Reason(ReadOnlyMemory<byte> problem)
    {
        try
        {
            using var json = JsonDocument.Parse(problem);
            string?[] parts = json.RootElement.ValueKind == JsonValueKind.Object ? [Text(json.RootElement, "title"), Text(json.RootElement, "detail")] : [];
            var reason = string.Join(' ', parts.OfType<string>());
            return reason.Length > 0 ? reason : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member that holds text.</summary>
    public static string? Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}

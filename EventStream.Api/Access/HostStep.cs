using System.Net;
using EventStream.Api.Cors;
using EventStream.Events;

namespace EventStream.Api.Access;

/// <summary>Refuses requests that ask for another host: a page whose name resolves to this machine is no page of this machine.</summary>
/// <remarks>A server that is open to this machine alone refuses what was forwarded for others too: a proxy in front of it would open it to the world.</remarks>
internal sealed class HostStep(AccessSettings settings)
{
    private static readonly string[] Forwarding = ["X-Forwarded-For", "X-Forwarded-Host"];

    private readonly bool _isForThisMachine = settings is { AsksForCredentials: false, Open: false };

    // Nearly all requests name the same; reading it anew would leave garbage behind each stream.
    private string? _lastOfOurs;

    public Task RunAsync(HttpContext context, RequestDelegate next) => RefusalOf(context.Request) is { } refusal ? refusal.SendAsync(context) : next(context);

    private Refusal? RefusalOf(HttpRequest request)
    {
        // Probes ask by address.
        if ((!_isForThisMachine && settings.Hosts.Count == 0) || request.Path.StartsWithSegments("/health", StringComparison.Ordinal)) return null;
        if (!IsOurs(request.Headers.Host.ToString()))
            return new Refusal(StatusCodes.Status403Forbidden, $"This server isn't asked for as '{EventRejectedException.Shown(request.Host.Host)}'; add that name to Access:Hosts.");
        if (!_isForThisMachine || StrangerIn(request.Headers) is not { } stranger) return null;
        return new Refusal(StatusCodes.Status403Forbidden, $"This server is open to its own machine alone, and a proxy forwarded the request for '{EventRejectedException.Shown(stranger)}'; ask for keys, see Access:Keys, or set Access:Open=true.");
    }

    /// <summary>A client or host that isn't this machine, by the word of a proxy.</summary>
    private string? StrangerIn(IHeaderDictionary headers)
    {
        foreach (var name in Forwarding)
        {
            if (headers.TryGetValue(name, out var values) && values.ToString().Split(',', StringSplitOptions.TrimEntries).FirstOrDefault(IsStranger) is { } stranger) return stranger;
        }
        if (headers["Forwarded"].Count == 0) return null;
        return headers["Forwarded"].ToString().Split([',', ';'], StringSplitOptions.TrimEntries)
            .Where(pair => pair.StartsWith("for=", StringComparison.OrdinalIgnoreCase) || pair.StartsWith("host=", StringComparison.OrdinalIgnoreCase))
            .Select(pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('"'))
            .FirstOrDefault(IsStranger);
    }

    // Proxies write addresses of IPv6 without brackets.
    private bool IsStranger(string node) => node.Length > 0 && !(IPAddress.TryParse(node, out var address) ? IPAddress.IsLoopback(address) : IsOurs(node));

    // Names are compared as browsers write them; a browser always names one.
    private bool IsOurs(string hostAndPort)
    {
        if (hostAndPort.Length == 0 || hostAndPort == _lastOfOurs) return true;
        if (PageOrigin.TryParse($"http://{hostAndPort}") is not { } asked || !(asked.IsLoopback || settings.Hosts.Contains(asked.Host))) return false;
        _lastOfOurs = hostAndPort;
        return true;
    }
}

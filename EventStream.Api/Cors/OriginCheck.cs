using Microsoft.AspNetCore.Cors.Infrastructure;

namespace EventStream.Api.Cors;

/// <summary>Decides whether a page may open a WebSocket. Browsers don't apply CORS to WebSockets, so the server checks the list here.</summary>
internal sealed class OriginCheck(ICorsPolicyProvider policies)
{
    /// <summary>Accepts requests without an origin, from a page of this server, and from a listed origin.</summary>
    public async Task<bool> PassesAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || IsOwn(origin, context.Request.Host)) return true;
        return await policies.GetPolicyAsync(context, policyName: null) is { } policy && policy.IsOriginAllowed(origin);
    }

    // The scheme isn't compared: a proxy may end TLS before this server.
    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page) && host.HasValue && string.Equals(page.Authority, host.Value, StringComparison.OrdinalIgnoreCase);
}

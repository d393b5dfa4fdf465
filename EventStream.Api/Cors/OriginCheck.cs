using Microsoft.AspNetCore.Cors.Infrastructure;

namespace EventStream.Api.Cors;

/// <summary>Whether a page may open a WebSocket: browsers ask no server before they do, so the CORS list is checked here.</summary>
internal sealed class OriginCheck(ICorsPolicyProvider policies)
{
    /// <summary>Passes what isn't a page, a page of this server, and the pages of the list.</summary>
    public async Task<bool> PassesAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || IsOwn(origin, context.Request.Host)) return true;
        return await policies.GetPolicyAsync(context, policyName: null) is { } policy && policy.IsOriginAllowed(origin);
    }

    // Whatever the scheme: TLS may end before this server.
    private static bool IsOwn(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var page) && host.HasValue && string.Equals(page.Authority, host.Value, StringComparison.OrdinalIgnoreCase);
}

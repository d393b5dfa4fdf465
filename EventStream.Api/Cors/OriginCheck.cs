using Microsoft.AspNetCore.Cors.Infrastructure;

namespace EventStream.Api.Cors;

/// <summary>Decides whether a page may do what its browser doesn't ask for first: open a WebSocket, or send a body of a plain type.</summary>
internal sealed class OriginCheck(ICorsPolicyProvider policies)
{
    /// <summary>Accepts requests without an origin, from a page of this server, and from a listed origin.</summary>
    public async Task<bool> PassesAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || IsOwn(origin, context.Request.Host)) return true;
        return await policies.GetPolicyAsync(context, policyName: null) is { } policy && policy.IsOriginAllowed(origin);
    }

    // The host has the scheme of the page: a proxy may end TLS before this server. Pages of other schemes aren't this server's.
    private static bool IsOwn(string origin, HostString host) =>
        PageOrigin.TryParse(origin) is { IsWeb: true } page && host.HasValue && PageOrigin.TryParse($"{page.Scheme}://{host.Value}") == page;
}

using Microsoft.AspNetCore.Cors.Infrastructure;

namespace EventStream.Api.Cors;

/// <summary>Which pages may read answers, and which of them with their cookies.</summary>
/// <param name="listed">The origins of <c>Cors:Origins</c>.</param>
/// <param name="ofListed">What their pages may do.</param>
/// <param name="ofOthers">What the pages of other origins may do.</param>
internal sealed class OriginPolicies(IReadOnlySet<PageOrigin> listed, CorsPolicy ofListed, CorsPolicy ofOthers) : ICorsPolicyProvider
{
    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName) =>
        Task.FromResult<CorsPolicy?>(PageOrigin.TryParse(context.Request.Headers.Origin.ToString()) is { } origin && listed.Contains(origin) ? ofListed : ofOthers);
}

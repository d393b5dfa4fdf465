using System.Security.Claims;
using EventStream.Api.Access.Grants;
using EventStream.Events;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace EventStream.Api.Access.Credentials;

/// <summary>Reads JSON Web Tokens by ASP.NET Core's handler: who it is stands in <c>sub</c>, what it may do in <c>eventstream</c>.</summary>
internal sealed class JwtReader(AccessSettings settings)
{
    public const string GrantsClaim = "eventstream", NameClaim = "sub";

    // Completes at once when the keys are at hand.
    public async ValueTask<CallerAnswer> ReadAsync(HttpContext context) => settings.Jwt is null
        ? CallerAnswer.Unknown("The credential is no key of this server, which takes no tokens.")
        : AnswerOf(await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme));

    private static CallerAnswer AnswerOf(AuthenticateResult result)
    {
        if (!result.Succeeded) return CallerAnswer.Unknown("The token doesn't count here: its signature, issuer, audience or times are wrong.");
        var name = result.Principal.FindFirstValue(NameClaim);
        if (name is not { Length: > 0 and <= EventLimits.MaxIdLength } || name.Any(char.IsControl))
            return CallerAnswer.Unknown($"The token must say in sub who it is for, in 1 to {EventLimits.MaxIdLength} characters.");
        var grants = new List<Grant>();
        foreach (var claim in result.Principal.FindAll(GrantsClaim))
        {
            if (Grant.TryParse(claim.Value) is not { } grant) return CallerAnswer.Unknown($"The token's claim eventstream holds '{EventRejectedException.Shown(claim.Value)}'; {Grant.Form}.");
            grants.Add(grant);
        }
        return CallerAnswer.Of(new Caller { Name = name, ExpiresAt = result.Properties?.ExpiresUtc, Grants = grants });
    }
}

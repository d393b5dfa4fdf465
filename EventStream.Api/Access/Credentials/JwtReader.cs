using System.Security.Claims;
using EventStream.Api.Access.Grants;
using EventStream.Events;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace EventStream.Api.Access.Credentials;

/// <summary>Reads JSON Web Tokens by ASP.NET Core's handler: who it is stands in <c>sub</c>, what it may do in <c>eventstream</c>.</summary>
/// <param name="settings">Whose tokens count.</param>
/// <param name="schemes">The handler's scheme; null when no tokens count.</param>
/// <param name="issuer">The keys of the issuer; null when the settings hold them.</param>
internal sealed class JwtReader(AccessSettings settings, IAuthenticationSchemeProvider? schemes = null, IssuerKeys? issuer = null)
{
    public const string GrantsClaim = "eventstream", NameClaim = "sub";

    // Completes at once when the keys are at hand.
    public async ValueTask<CallerAnswer> ReadAsync(HttpContext context)
    {
        if (settings.Jwt is null) return CallerAnswer.Unknown("The credential is no key of this server, which takes no tokens.");
        if (issuer is null) return AnswerOf(await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme));
        if (await issuer.GetAsync() is not { } known) return IssuerAway;
        var result = await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
        // The issuer may have a new key.
        if (result.Failure is SecurityTokenSignatureKeyNotFoundException && await issuer.HasOthersAsync(known)) result = await AuthenticateAgainAsync(context);
        return AnswerOf(result);
    }

    private static CallerAnswer IssuerAway =>
        new(Caller: null, new Refusal(StatusCodes.Status503ServiceUnavailable, "The token can't be checked: its issuer, which has the keys, can't be reached. Try again later."));

    // By a handler of its own: that of the request remembers its answer.
    private async Task<AuthenticateResult> AuthenticateAgainAsync(HttpContext context)
    {
        var scheme = await schemes!.GetSchemeAsync(JwtBearerDefaults.AuthenticationScheme);
        var handler = context.RequestServices.GetRequiredService<JwtBearerHandler>();
        await handler.InitializeAsync(scheme!, context);
        return await handler.AuthenticateAsync();
    }

    private static CallerAnswer AnswerOf(AuthenticateResult result)
    {
        if (!result.Succeeded) return CallerAnswer.Unknown("The token doesn't count here: its signature, issuer, audience or times are wrong.");
        var name = result.Principal.FindFirstValue(NameClaim);
        if (name is not { Length: > 0 and <= EventLimits.MaxIdLength } || !CallerName.IsPlain(name))
            return CallerAnswer.Unknown($"The token must say in sub who it is for, in 1 to {EventLimits.MaxIdLength} characters, {CallerName.Rule}.");
        var grants = new List<Grant>();
        foreach (var claim in result.Principal.FindAll(GrantsClaim))
        {
            if (Grant.TryParse(claim.Value) is not { } grant) return CallerAnswer.Unknown($"The token's claim eventstream holds '{EventRejectedException.Shown(claim.Value)}'; {Grant.Form}.");
            grants.Add(grant);
        }
        return CallerAnswer.Of(new Caller { Name = name, ExpiresAt = result.Properties?.ExpiresUtc, Grants = grants });
    }
}

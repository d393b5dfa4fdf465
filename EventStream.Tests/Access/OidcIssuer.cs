using System.Security.Cryptography;
using EventStream.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>An issuer of tokens that publishes its keys by OpenID Connect, on loopback.</summary>
internal sealed class OidcIssuer : IAsyncDisposable
{
    public const string Audience = "eventstream.test";

    private readonly TaskCompletionSource _leaving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoopbackServer _server = null!;
    private SigningCredentials _signing;
    private JsonWebKey _published;
    private int _asked;

    private OidcIssuer(string algorithm) => (_signing, _published) = NewKey(algorithm);

    public string Address => _server.Address.ToString().TrimEnd('/');

    /// <summary>How it answers: true cuts the connection, as when nothing runs there.</summary>
    public bool IsAway { get; set; }

    /// <summary>Takes requests and answers none of them.</summary>
    public bool IsSilent { get; set; }

    /// <summary>How often its discovery document was asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Starts an issuer.</summary>
    /// <param name="algorithm">RS256 or ES256.</param>
    public static async Task<OidcIssuer> StartAsync(string algorithm = SecurityAlgorithms.RsaSha256)
    {
        var issuer = new OidcIssuer(algorithm);
        issuer._server = await LoopbackServer.StartAsync(issuer.AnswerAsync, TestContext.Current.CancellationToken);
        return issuer;
    }

    /// <summary>Signs by a new key from now on, and publishes it alone.</summary>
    public void Rotate(string algorithm = SecurityAlgorithms.RsaSha256) => (_signing, _published) = NewKey(algorithm);

    /// <summary>A token of this issuer.</summary>
    /// <param name="grants">What its bearer may do.</param>
    /// <param name="claimedIssuer">What it says of its issuer; null for the truth.</param>
    public string Token(string[] grants, string? claimedIssuer = null) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = claimedIssuer ?? Address,
        Audience = Audience,
        Expires = DateTime.UtcNow.AddMinutes(5),
        Claims = new Dictionary<string, object> { ["sub"] = "user-7", ["eventstream"] = grants },
        SigningCredentials = _signing,
    });

    public async ValueTask DisposeAsync()
    {
        _leaving.TrySetResult();
        await _server.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        var isDiscovery = context.Request.Path == "/.well-known/openid-configuration";
        if (isDiscovery) Interlocked.Increment(ref _asked);
        if (IsSilent) return _leaving.Task;
        if (IsAway)
        {
            context.Abort();
            return Task.CompletedTask;
        }
        var key = _published;
        return isDiscovery
            ? context.Response.WriteAsJsonAsync(new { issuer = Address, jwks_uri = $"{Address}/jwks" }, context.RequestAborted)
            : context.Response.WriteAsJsonAsync(new { keys = new[] { new { kty = key.Kty, kid = key.Kid, use = "sig", n = key.N, e = key.E, crv = key.Crv, x = key.X, y = key.Y } } }, context.RequestAborted);
    }

    private static (SigningCredentials Signing, JsonWebKey Published) NewKey(string algorithm)
    {
        var id = Guid.NewGuid().ToString("N");
        if (algorithm == SecurityAlgorithms.RsaSha256)
        {
            using var rsa = RSA.Create(2048);
            return (new SigningCredentials(new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: true)) { KeyId = id }, algorithm),
                JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false)) { KeyId = id }));
        }
        var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (new SigningCredentials(new ECDsaSecurityKey(ecdsa) { KeyId = id }, algorithm),
            JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(ECDsa.Create(ecdsa.ExportParameters(includePrivateParameters: false))) { KeyId = id }));
    }
}

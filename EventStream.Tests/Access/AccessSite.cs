using System.Net.Http.Headers;
using System.Security.Cryptography;
using EventStream.Api.Access.Keys;
using EventStream.Tests.Support;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Shouldly;

namespace EventStream.Tests.Access;

/// <summary>A server with keys of several kinds, and an issuer whose tokens it takes. Its own streams begin with <c>own</c>.</summary>
public sealed class AccessSite : IDisposable
{
    public const string Issuer = "https://issuer.test", Audience = "eventstream.test";

    private readonly RSA _issuerKey = RSA.Create(2048);
    private readonly RSA _strangerKey = RSA.Create(2048);

    public AccessSite() => Server = Start();

    internal TestServer Server { get; }

    /// <summary>Everything on streams that begin with <c>own</c>.</summary>
    public string Owner { get; private set; } = "";

    /// <summary>The same on those that begin with <c>foreign</c>.</summary>
    public string OtherTeam { get; private set; } = "";

    public string Watcher { get; private set; } = "";

    public string Publisher { get; private set; } = "";

    public string Everything { get; private set; } = "";

    public void Dispose()
    {
        Server.Dispose();
        _issuerKey.Dispose();
        _strangerKey.Dispose();
    }

    /// <summary>A token as the issuer makes it, unless something is said to be different.</summary>
    public string Token(string[] grants, string issuer = Issuer, string audience = Audience, TimeSpan? from = null, TimeSpan? until = null, bool isSigned = true, bool isOfStranger = false, string subject = "user-7")
    {
        var now = DateTime.UtcNow;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            NotBefore = now + (from ?? TimeSpan.FromMinutes(-1)),
            Expires = now + (until ?? TimeSpan.FromMinutes(5)),
            Claims = new Dictionary<string, object> { ["sub"] = subject, ["eventstream"] = grants },
            SigningCredentials = isSigned ? new SigningCredentials(new RsaSecurityKey(isOfStranger ? _strangerKey : _issuerKey), SecurityAlgorithms.RsaSha256) : null,
        });
    }

    /// <summary>A token whose subject is written as it is given, with its escapes.</summary>
    public string TokenOf(string subject)
    {
        var until = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds();
        var text = $"{Base64Url("""{"alg":"RS256","typ":"JWT"}""")}.{Base64Url($$"""{"iss":"{{Issuer}}","aud":"{{Audience}}","exp":{{until}},"sub":"{{subject}}","eventstream":["subscribe *"]}""")}";
        return $"{text}.{System.Buffers.Text.Base64Url.EncodeToString(_issuerKey.SignData(System.Text.Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";

        static string Base64Url(string json) => System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(json));
    }

    /// <summary>A ticket that a caller made.</summary>
    public async Task<string> TicketAsync(string credential, string body) => Ticket(await AskAsync(HttpMethod.Post, "/tickets", credential, body));

    /// <summary>A ticket of a server with Redis. The first one reads keys there, for which a slow machine may need more time than a command has.</summary>
    internal static async Task<string> TicketAsync(Func<Task<HttpAnswer>> make)
    {
        var answer = await make();
        await Eventually.TrueAsync(async () => answer.Status != System.Net.HttpStatusCode.ServiceUnavailable || (answer = await make()).Status == System.Net.HttpStatusCode.OK, Xunit.TestContext.Current.CancellationToken);
        return Ticket(answer);
    }

    /// <summary>The ticket of an answer, which must have one.</summary>
    internal static string Ticket(HttpAnswer answer)
    {
        answer.Status.ShouldBe(System.Net.HttpStatusCode.OK, answer.Text);
        return answer.Json.GetProperty("ticket").GetString()!;
    }

    internal Task<HttpAnswer> AskAsync(HttpMethod method, string path, string? credential, string? body = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (credential is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        if (body is not null) request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        return Server.AskAsync(request);
    }

    private TestServer Start()
    {
        var settings = new Dictionary<string, string>
        {
            ["Access:Jwt:Issuer"] = Issuer,
            ["Access:Jwt:Audience"] = Audience,
            ["Access:Jwt:PublicKeys:0"] = _issuerKey.ExportSubjectPublicKeyInfoPem(),
        };
        Owner = AddKey(settings, "owner", "subscribe session:own*", "publish session:own*", "command session:own*", "admin session:own*", "subscribe project:own*", "publish project:own*");
        OtherTeam = AddKey(settings, "other-team", "subscribe session:foreign*", "publish session:foreign*", "admin session:foreign*", "subscribe project:foreign*", "publish project:foreign*");
        Watcher = AddKey(settings, "watcher", "subscribe session:own*", "subscribe project:own*");
        Publisher = AddKey(settings, "publisher", "publish session:own*");
        Everything = AddKey(settings, "everything", "subscribe *", "publish *", "command *", "admin *");
        return TestServer.Start(settings);
    }

    /// <summary>Adds a key to settings.</summary>
    /// <returns>The text that who holds it shows.</returns>
    public static string AddKey(IDictionary<string, string> settings, string id, params string[] grants)
    {
        var (text, hash) = KeySecret.Make(id);
        settings[$"Access:Keys:{id}:Hash"] = hash;
        for (var i = 0; i < grants.Length; i++) settings[$"Access:Keys:{id}:Grants:{i}"] = grants[i];
        return text;
    }
}

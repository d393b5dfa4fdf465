using System.Net;
using EventStream.Api.Access;
using EventStream.Api.Access.Credentials;
using EventStream.Api.Settings;
using EventStream.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

/// <summary>Tokens whose keys the server asks its issuer for, by <c>Access:Jwt:Authority</c>.</summary>
public sealed class AuthorityTests
{
    private const string Away = "The token can't be checked: its issuer, which has the keys, can't be reached. Try again later.";

    private static readonly string[] Grants = ["subscribe session:s", "publish session:s"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task Token_Counts_WhenTheIssuerSignedIt(string algorithm)
    {
        await using var issuer = await OidcIssuer.StartAsync(algorithm);
        await using var server = Server(issuer);

        (await AskAsync(server, issuer.Token(Grants))).Status.ShouldBe(HttpStatusCode.OK);
        var refused = await AskAsync(server, issuer.Token(["subscribe session:other"]));
        (refused.Status, refused.Title).ShouldBe((HttpStatusCode.Forbidden, "The caller lacks the grant 'subscribe session:s'."));
        issuer.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task Token_IsRefused_WhenAnotherIssuerSignedIt()
    {
        await using var issuer = await OidcIssuer.StartAsync();
        await using var other = await OidcIssuer.StartAsync();
        await using var server = Server(issuer);

        foreach (var token in (string[])[other.Token(Grants), other.Token(Grants, claimedIssuer: issuer.Address), issuer.Token(Grants, claimedIssuer: other.Address)])
        {
            var refused = await AskAsync(server, token);
            (refused.Status, refused.Title).ShouldBe((HttpStatusCode.Unauthorized, "The token doesn't count here: its signature, issuer, audience or times are wrong."));
        }
        (await AskAsync(server, issuer.Token(Grants))).Status.ShouldBe(HttpStatusCode.OK);
    }

    // A publisher takes a 401 for the last word, so the first token of a new key must count.
    [Theory]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task Token_CountsAtOnce_WhenTheIssuerHasANewKey(string algorithm)
    {
        await using var issuer = await OidcIssuer.StartAsync();
        await using var server = Server(issuer);
        var old = issuer.Token(Grants);
        (await AskAsync(server, old)).Status.ShouldBe(HttpStatusCode.OK);

        issuer.Rotate(algorithm);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(server, issuer.Token(Grants))));
        answers.Select(answer => answer.Status).ShouldAllBe(status => status == HttpStatusCode.OK);
        (await AskAsync(server, old)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Issuer_IsNotAskedForEachToken_WhenTheirKeyIsUnknown()
    {
        await using var issuer = await OidcIssuer.StartAsync();
        await using var stranger = await OidcIssuer.StartAsync();
        await using var server = Server(issuer);
        (await AskAsync(server, issuer.Token(Grants))).Status.ShouldBe(HttpStatusCode.OK);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => AskAsync(server, stranger.Token(Grants, claimedIssuer: issuer.Address))));

        answers.Select(answer => answer.Status).ShouldAllBe(status => status == HttpStatusCode.Unauthorized);
        issuer.Asked.ShouldBeLessThan(10);
        (await AskAsync(server, issuer.Token(Grants))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Token_IsAnswered503_WhileTheIssuerWasNeverReached_AndCountsOnceItIs(bool isSilent)
    {
        await using var issuer = await OidcIssuer.StartAsync();
        (issuer.IsAway, issuer.IsSilent) = (!isSilent, isSilent);
        await using var server = Server(issuer);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(server, issuer.Token(Grants))));
        foreach (var answer in answers) (answer.Status, answer.Title, answer.RetryAfter).ShouldBe((HttpStatusCode.ServiceUnavailable, Away, TimeSpan.FromSeconds(2)));
        (await AskAsync(server, credential: null)).Status.ShouldBe(HttpStatusCode.Unauthorized);

        (issuer.IsAway, issuer.IsSilent) = (false, false);
        await Eventually.TrueAsync(async () => (await AskAsync(server, issuer.Token(Grants))).Status == HttpStatusCode.OK, Cancel);
    }

    [Fact]
    public async Task Token_GoesOnToCount_WhenTheIssuerGoesAway()
    {
        await using var issuer = await OidcIssuer.StartAsync();
        await using var stranger = await OidcIssuer.StartAsync();
        await using var server = Server(issuer);
        (await AskAsync(server, issuer.Token(Grants))).Status.ShouldBe(HttpStatusCode.OK);

        issuer.IsAway = true;

        (await AskAsync(server, stranger.Token(Grants, claimedIssuer: issuer.Address))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await AskAsync(server, issuer.Token(Grants))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task WithdrawnKey_CountsNoMore_WhenItWasLastAskedForAnHourAgo()
    {
        var time = new FakeTimeProvider();
        await using var issuer = await OidcIssuer.StartAsync();
        using var keys = new IssuerKeys(issuer.Address, time, NullLogger<IssuerKeys>.Instance);
        var old = (await keys.GetAsync())!.SigningKeys.ShouldHaveSingleItem().KeyId;
        issuer.Rotate();
        (await keys.GetAsync())!.SigningKeys.ShouldHaveSingleItem().KeyId.ShouldBe(old);

        time.Advance(TimeSpan.FromMinutes(61));

        var found = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => keys.GetAsync()));
        found.ShouldAllBe(configuration => configuration!.SigningKeys.Single().KeyId != old);
        issuer.Asked.ShouldBe(2);
    }

    [Fact]
    public async Task Issuer_IsAskedAgainSoon_WhenItWasAway()
    {
        var time = new FakeTimeProvider();
        await using var issuer = await OidcIssuer.StartAsync();
        using var keys = new IssuerKeys(issuer.Address, time, NullLogger<IssuerKeys>.Instance);
        var old = (await keys.GetAsync())!.SigningKeys.ShouldHaveSingleItem().KeyId;
        issuer.Rotate();
        issuer.IsAway = true;
        time.Advance(TimeSpan.FromMinutes(61));
        (await keys.GetAsync())!.SigningKeys.ShouldHaveSingleItem().KeyId.ShouldBe(old);
        var asked = issuer.Asked;
        (await keys.GetAsync())!.SigningKeys.ShouldHaveSingleItem().KeyId.ShouldBe(old);
        issuer.Asked.ShouldBe(asked);

        issuer.IsAway = false;
        time.Advance(TimeSpan.FromSeconds(2));

        await Eventually.TrueAsync(async () => (await keys.GetAsync())!.SigningKeys.Single().KeyId != old, Cancel);
    }

    // The discovery document names the authority as issuer.
    [Fact]
    public async Task Token_OfTheAuthority_IsRefused_WhenTheSettingsNameAnotherIssuer()
    {
        const string Tenant = "https://tenant.example.com";
        await using var issuer = await OidcIssuer.StartAsync();
        await using var server = TestServer.Start(new() { ["Access:Jwt:Authority"] = issuer.Address, ["Access:Jwt:Issuer"] = Tenant, ["Access:Jwt:Audience"] = OidcIssuer.Audience });

        (await AskAsync(server, issuer.Token(Grants))).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await AskAsync(server, issuer.Token(Grants, claimedIssuer: Tenant))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("http://login.example.com", "Access:Jwt:Authority must be an https address, such as https://login.example.com; only on this machine it may be http.")]
    [InlineData("login.example.com", "Access:Jwt:Authority must be an https address, such as https://login.example.com; only on this machine it may be http.")]
    [InlineData("https://login.example.com", "Access:Jwt has an Authority, which publishes its keys, and keys of its own;", "a secret that has more than 32 bytes")]
    public void Settings_SayWhatIsWrong(string authority, string problem, string? secret = null)
    {
        var settings = new Dictionary<string, string?> { ["Access:Jwt:Authority"] = authority, ["Access:Jwt:Audience"] = OidcIssuer.Audience, ["Access:Jwt:Secret"] = secret };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        Should.Throw<SettingException>(() => AccessSettings.Read(configuration)).Message.ShouldStartWith(problem);
    }

    // The framework would read every token in a step of its own, which also stays around streams.
    [Fact]
    public async Task Token_IsNotRead_WhereEveryoneGetsIn()
    {
        await using var issuer = await OidcIssuer.StartAsync();
        await using var server = Server(issuer);
        var request = new HttpRequestMessage(HttpMethod.Get, "/health/live") { Headers = { Authorization = new("Bearer", issuer.Token(Grants)) } };
        (await server.AskAsync(request)).Status.ShouldBe(HttpStatusCode.OK);
        issuer.Asked.ShouldBe(0);
    }

    private static TestServer Server(OidcIssuer issuer) => TestServer.Start(new() { ["Access:Jwt:Authority"] = issuer.Address, ["Access:Jwt:Audience"] = OidcIssuer.Audience });

    private static Task<HttpAnswer> AskAsync(TestServer server, string? credential)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/events/s/history");
        if (credential is not null) request.Headers.Authorization = new("Bearer", credential);
        return server.AskAsync(request);
    }
}

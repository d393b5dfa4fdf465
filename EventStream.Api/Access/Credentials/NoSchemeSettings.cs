using Microsoft.AspNetCore.Authentication;

namespace EventStream.Api.Access.Credentials;

/// <summary>Keeps the framework from reading settings of its own for tokens: <c>Access:Jwt</c> has them all.</summary>
internal sealed class NoSchemeSettings : IAuthenticationConfigurationProvider
{
    public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
}

using System.Security.Cryptography;
using System.Text;
using EventStream.Api.Settings;
using Microsoft.IdentityModel.Tokens;

namespace EventStream.Api.Access;

/// <summary>The section <c>Access:Jwt</c>: whose tokens count.</summary>
internal sealed class JwtSettings
{
    private const int MinSecretBytes = 32;

    private static readonly string[] Names = [nameof(Authority), nameof(Issuer), nameof(Audience), "Secret", "PublicKeys"];

    /// <summary>The address below which the issuer publishes its keys, by OpenID Connect.</summary>
    public string? Authority { get; private init; }

    /// <summary>What <c>iss</c> must be; by default the authority.</summary>
    public string? Issuer { get; private init; }

    /// <summary>What <c>aud</c> must be.</summary>
    public required string Audience { get; init; }

    /// <summary>What tokens may be signed with.</summary>
    public IReadOnlyList<SecurityKey> Keys { get; private init; } = [];

    /// <summary>How tokens may be signed: by the kind of the keys, so that no token says it itself.</summary>
    public IReadOnlyList<string> Algorithms => Keys is [SymmetricSecurityKey]
        ? [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512]
        :
        [
            SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
            SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
        ];

    /// <summary>Reads the section; null when it is empty.</summary>
    /// <exception cref="SettingException">A setting is missing or wrong; the message names it and the fix.</exception>
    public static JwtSettings? Read(IConfigurationSection section)
    {
        if (!section.Exists()) return null;
        foreach (var setting in section.GetChildren().Where(setting => !Names.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)))
            throw new SettingException($"{setting.Path} is no setting; there are {string.Join(", ", Names)}.");
        var settings = new JwtSettings
        {
            Authority = Text(section, nameof(Authority)),
            Issuer = Text(section, nameof(Issuer)),
            Audience = Text(section, nameof(Audience)) ?? throw new SettingException($"{section.Path}:Audience is missing; without it, tokens that were made for other servers would count here."),
            Keys = KeysOf(section),
        };
        if (settings.Authority is null && settings.Keys.Count == 0)
            throw new SettingException($"{section.Path} says by nothing whose tokens count; set {section.Path}:Authority, :PublicKeys:0 or :Secret.");
        if (settings.Authority is { } authority) CheckAuthority(authority, section.Path, settings.Keys.Count > 0);
        if (settings.Authority is null && settings.Issuer is null) throw new SettingException($"{section.Path}:Issuer is missing; write what stands in iss of the tokens.");
        return settings;
    }

    private static void CheckAuthority(string authority, string path, bool hasKeys)
    {
        // Who can change what the issuer answers can make tokens.
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var uri) || !(uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)))
            throw new SettingException($"{path}:Authority must be an https address, such as https://login.example.com; only on this machine it may be http.");
        if (hasKeys) throw new SettingException($"{path} has an Authority, which publishes its keys, and keys of its own; keep the Authority, or PublicKeys or Secret with an Issuer.");
    }

    private static List<SecurityKey> KeysOf(IConfigurationSection section)
    {
        var keys = section.GetSection("PublicKeys").GetChildren().Select(PublicKeyOf).ToList();
        if (Text(section, "Secret") is not { } secret) return keys;
        if (keys.Count > 0) throw new SettingException($"{section.Path} has Secret and PublicKeys; tokens are signed by one kind, so keep one of them.");
        var bytes = Encoding.UTF8.GetBytes(secret);
        if (bytes.Length < MinSecretBytes) throw new SettingException($"{section.Path}:Secret has {bytes.Length} bytes; HS256 needs {MinSecretBytes} or more.");
        return [new SymmetricSecurityKey(bytes)];
    }

    private static SecurityKey PublicKeyOf(IConfigurationSection setting)
    {
        var pem = setting.Value ?? "";
        try
        {
            // ImportFromPem takes private keys too, which have no business here.
            if (!pem.Contains("PRIVATE", StringComparison.Ordinal)) return (SecurityKey?)TryRsa(pem) ?? EcdsaOf(pem);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Told below.
        }
        throw new SettingException($"{setting.Path} must be a public key of RSA or ECDSA in PEM, from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----.");
    }

    private static RsaSecurityKey? TryRsa(string pem)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return new RsaSecurityKey(rsa);
        }
        catch (CryptographicException)
        {
            rsa.Dispose();
            return null;
        }
    }

    private static ECDsaSecurityKey EcdsaOf(string pem)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(pem);
        return new ECDsaSecurityKey(ecdsa);
    }

    private static string? Text(IConfigurationSection section, string name) => section[name] is { Length: > 0 } text ? text : null;
}

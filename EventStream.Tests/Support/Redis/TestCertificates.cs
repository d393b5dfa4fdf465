using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EventStream.Tests.Support;

/// <summary>A certificate authority of one test, with certificates for a server on loopback and for a client, as PEM files in their own folder.</summary>
internal sealed class TestCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly string _folder = Directory.CreateTempSubdirectory("eventstream-certificates-").FullName;
    private readonly DateTimeOffset _from = DateTimeOffset.UtcNow.AddHours(-1);

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=EventStream tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var authority = request.CreateSelfSigned(_from, _from.AddDays(2));
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        Issue(authority, "server", ServerAuthentication);
        Issue(authority, "client", ClientAuthentication);
    }

    public string Authority => PathOf("authority.crt");

    public string Server => PathOf("server.crt");

    public string ServerKey => PathOf("server.key");

    public string Client => PathOf("client.crt");

    public string ClientKey => PathOf("client.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Issue(X509Certificate2 authority, string name, string usage)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        using var certificate = request.Create(authority, _from, _from.AddDays(1), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(PathOf($"{name}.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private string PathOf(string file) => Path.Combine(_folder, file);
}

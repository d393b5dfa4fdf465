using EventStream.Tests.Access;

namespace EventStream.Tests.Proxies;

/// <summary>The same nginx before a server that asks for keys.</summary>
public sealed class NginxKeySite : PatientNginxSite
{
    private readonly Dictionary<string, string> _access = [];

    public NginxKeySite() => Key = AccessSite.AddKey(_access, "backend", "publish session:own*", "subscribe session:own*");

    public string Key { get; }

    protected override IReadOnlyDictionary<string, string> Access => _access;
}

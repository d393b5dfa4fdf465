namespace EventStream.Tests.Proxies;

/// <summary>An nginx that waits as long as docs/operations.md says: a busy machine may take seconds for the first byte.</summary>
public class PatientNginxSite : NginxSite
{
    protected override string Patience => "60s";
}

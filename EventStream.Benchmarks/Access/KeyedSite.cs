using System.Text;
using EventStream.Api.Access.Keys;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Access;

/// <summary>A server of its own that asks for keys, and requests that show some.</summary>
internal sealed class KeyedSite : IAsyncDisposable
{
    private const string Id = "worker";

    private readonly Site _site;
    private readonly string _right;

    private KeyedSite(Site site, string right) => (_site, _right) = (site, right);

    public Uri Server => _site.Server;

    public int ProcessId => _site.ProcessId!.Value;

    public static async Task<KeyedSite> StartAsync()
    {
        var (text, hash) = KeySecret.Make(Id);
        return new KeyedSite(await Site.StartInMemoryAsync(new($"Access__Keys__{Id}__Hash", hash), new($"Access__Keys__{Id}__Grants__0", "publish session:other")), text);
    }

    /// <summary>A request with the right key, which doesn't allow it: it takes the same way through the server as those without.</summary>
    public byte[] WithRightKey() => Request("/events/s/history", _right);

    public static byte[] WithWrongKey() => Request("/events/s/history", KeySecret.Make(Id).Text);

    public static byte[] WithUnknownKey() => Request("/events/s/history", KeySecret.Make("nobody").Text);

    /// <summary>The same request for a path that there isn't, of the same length.</summary>
    public static byte[] ForNothing() => Request("/nothing/s/histor", KeySecret.Make(Id).Text);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    private static byte[] Request(string path, string key) => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n");
}

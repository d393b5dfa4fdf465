using System.Net;

namespace EventStream.Api.Access;

/// <summary>The names by which a machine calls itself.</summary>
internal static class LoopbackNames
{
    /// <param name="host">A host without a port, as in <c>Host</c>.</param>
    public static bool Has(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}

using System.Net;
using System.Net.Sockets;

namespace EventStream.Api.Access.Limits;

/// <summary>Whom limits count for.</summary>
/// <param name="Label">The caller itself: its name, with the subject of its ticket.</param>
/// <param name="Name">Who answers for it: the key or token, also of its tickets.</param>
/// <param name="IsUser">Whether it is one person rather than a backend that works for many.</param>
internal readonly record struct CallerId(string Label, string Name, bool IsUser)
{
    // One household or machine has a network of this many bits to itself.
    private const int NetworkBytes = 8;

    public static CallerId Of(HttpContext context, Caller caller)
    {
        if (caller is { Label: { } label, Name: { } name }) return new CallerId(label, name, caller.Subject is not null || caller.Key is null);
        var address = AddressOf(context.Connection.RemoteIpAddress);
        return new CallerId(address, address, IsUser: false);
    }

    // A unix socket has no address.
    private static string AddressOf(IPAddress? address)
    {
        if (address is null) return "this machine";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork) return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}

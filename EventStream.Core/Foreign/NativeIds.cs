using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EventStream.Events;

namespace EventStream.Foreign;

/// <summary>Ids of native events as the payload of canonical events holds them.</summary>
internal static class NativeIds
{
    private const int KeptLength = 200;
    private const int DigestLength = 16;

    /// <summary>The id, shortened when it has more than 256 characters.</summary>
    public static string Bounded(string id) => id.Length <= EventLimits.MaxMemberLength ? id : Shortened(id);

    /// <summary>A shorter id for one of more than 256 characters: its beginning and a digest of the whole.</summary>
    public static string Shortened(string id)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(id.AsSpan()), digest);
        return string.Create(CultureInfo.InvariantCulture, $"{Wtf8.Beginning(id, KeptLength)}~{Convert.ToHexStringLower(digest[..DigestLength])}");
    }

    /// <summary>An id of its own for something to which the source gave an id that it had used before.</summary>
    /// <param name="id">The source's id.</param>
    /// <param name="offset">The offset in the log at which it begins.</param>
    public static string Again(string id, long offset) => string.Create(CultureInfo.InvariantCulture, $"{Wtf8.Beginning(id, KeptLength)}~{offset}");
}

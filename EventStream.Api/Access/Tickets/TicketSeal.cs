using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using EventStream.Bus;

namespace EventStream.Api.Access.Tickets;

/// <summary>Makes tickets and reads them, by the keys of ASP.NET Core Data Protection. All nodes know these keys when they share a Redis.</summary>
internal sealed class TicketSeal(TicketKeys keys)
{
    // Sixteen grants of the longest kind and a subject stay below it.
    public const int MaxLength = 8 * 1024;

    // What Data Protection begins with: four bytes that are always the same, and the id of the key.
    private const int MagicBytes = 4, KeyIdBytes = 16;

    private static ReadOnlySpan<byte> Magic => [0x09, 0xF0, 0xC9, 0xF0];

    /// <exception cref="BusUnavailableException">Redis holds the keys and can't be asked.</exception>
    public async ValueTask<string> SealAsync(Ticket ticket)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(ticket, TicketJsonContext.Default.Ticket);
        var ring = await keys.ForSealingAsync();
        var text = Base64Url.EncodeToString(ring.Protect(content));
        await keys.SaveAsync(ring);
        return text;
    }

    /// <summary>Reads a ticket; null when this server didn't make it, or its keys are gone.</summary>
    /// <exception cref="BusUnavailableException">Redis holds the keys and can't be asked.</exception>
    public async ValueTask<Ticket?> OpenAsync(string text)
    {
        if (text.Length > MaxLength || !Base64Url.IsValid(text)) return null;
        var content = Base64Url.DecodeFromChars(text);
        if (content.Length < MagicBytes + KeyIdBytes || !content.AsSpan().StartsWith(Magic)) return null;
        var id = new Guid(content.AsSpan(MagicBytes, KeyIdBytes));
        var ring = await keys.KnowingAsync(id);
        if (!ring.Knows(id)) return null;
        try
        {
            return JsonSerializer.Deserialize(ring.Unprotect(content), TicketJsonContext.Default.Ticket);
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }
}

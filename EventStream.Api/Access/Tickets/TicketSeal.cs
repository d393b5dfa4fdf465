using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using EventStream.Bus;
using Microsoft.AspNetCore.DataProtection;

namespace EventStream.Api.Access.Tickets;

/// <summary>Makes tickets and reads them, by the keys of ASP.NET Core Data Protection. All nodes know these keys when they share a Redis.</summary>
internal sealed class TicketSeal(Lazy<IDataProtectionProvider> protection)
{
    private const string Purpose = "EventStream.Ticket.v1";

    // Sixteen grants of the longest kind and a subject stay below it.
    public const int MaxLength = 8 * 1024;

    /// <exception cref="BusUnavailableException">Redis holds the keys and can't be asked.</exception>
    public string Seal(Ticket ticket)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(ticket, TicketJsonContext.Default.Ticket);
        try
        {
            return Base64Url.EncodeToString(Protector().Protect(content));
        }
        catch (Exception e) when (RedisTickets.IsAway(e))
        {
            throw Unavailable(e);
        }
    }

    /// <summary>Reads a ticket; null when this server didn't make it, or its keys are gone.</summary>
    /// <exception cref="BusUnavailableException">Redis holds the keys and can't be asked.</exception>
    public Ticket? Open(string text)
    {
        if (text.Length > MaxLength || !Base64Url.IsValid(text)) return null;
        try
        {
            return JsonSerializer.Deserialize(Protector().Unprotect(Base64Url.DecodeFromChars(text)), TicketJsonContext.Default.Ticket);
        }
        catch (Exception e) when (RedisTickets.IsAway(e))
        {
            throw Unavailable(e);
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private IDataProtector Protector() => protection.Value.CreateProtector(Purpose);

    private static BusUnavailableException Unavailable(Exception e) => new("The keys of tickets can't be read.", e);
}

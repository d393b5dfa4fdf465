using System.Text.Json.Serialization;

namespace EventStream.Api.Access.Tickets;

/// <summary>The answer to who made a ticket.</summary>
/// <param name="Ticket">What to show.</param>
/// <param name="ExpiresAt">When it ends.</param>
internal sealed record MadeTicket([property: JsonPropertyName("ticket")] string Ticket, [property: JsonPropertyName("expires_at")] DateTimeOffset ExpiresAt);

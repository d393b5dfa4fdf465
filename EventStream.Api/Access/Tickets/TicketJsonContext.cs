using System.Text.Json.Serialization;

namespace EventStream.Api.Access.Tickets;

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Ticket))]
[JsonSerializable(typeof(MadeTicket))]
internal sealed partial class TicketJsonContext : JsonSerializerContext;

using EventStream.Api.Access.Grants;
using EventStream.Api.Access.Keys;
using EventStream.Api.Access.Tickets;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Api.Access.Credentials;

/// <summary>Finds out who sent a request, by the key, token or ticket that it shows.</summary>
internal sealed class CallerReader(KeyTable keys, TicketSeal tickets, UsedTickets used, JwtReader tokens, TimeProvider time)
{
    private const string NoneShown = "Show who you are: a key or token in the header Authorization: Bearer, or a ticket in ?ticket=.";

    public ValueTask<CallerAnswer> ReadAsync(HttpContext context)
    {
        Credential shown;
        try
        {
            shown = Credential.Read(context.Request);
        }
        catch (EventRejectedException e)
        {
            return new(new CallerAnswer(Caller: null, new Refusal(StatusCodes.Status400BadRequest, e.Message)));
        }
        if (shown.Text is not { } text) return new(CallerAnswer.Unknown(NoneShown));
        var isKey = text.StartsWith(KeySecret.Prefix, StringComparison.Ordinal);
        var isToken = !isKey && text.Contains('.', StringComparison.Ordinal);
        if ((isKey || isToken) && !shown.MayBeAny)
            return new(CallerAnswer.Unknown("Keys and tokens count in the header Authorization: Bearer alone: addresses are written into logs. Elsewhere show a ticket, which POST /tickets makes."));
        if (isToken) return tokens.ReadAsync(context);
        return isKey ? new(KeyAnswer(text)) : TicketAnswerAsync(text);
    }

    /// <summary>Uses a ticket that counts once, for a request that nothing else refuses.</summary>
    /// <returns>Null when the request goes through.</returns>
    public async ValueTask<Refusal?> UseAsync(string onceId, Caller caller)
    {
        try
        {
            return await used.TryUseAsync(onceId, caller.ExpiresAt!.Value) ? null : CallerAnswer.Unknown("The ticket counts once, and has been used; ask for a new one.").Refusal;
        }
        catch (BusUnavailableException)
        {
            return TicketsAway.Refusal;
        }
    }

    private CallerAnswer KeyAnswer(string text) => keys.Find(text) is { } key ? CallerAnswer.Of(key.Caller) : CallerAnswer.Unknown("The key isn't known to this server.");

    private async ValueTask<CallerAnswer> TicketAnswerAsync(string text)
    {
        Ticket? ticket;
        try
        {
            ticket = await tickets.OpenAsync(text);
        }
        catch (BusUnavailableException)
        {
            return TicketsAway;
        }
        if (ticket is null) return CallerAnswer.Unknown("The ticket isn't one of this server, or it was made before the server lost its keys; ask for a new one.");
        // A server that asks nobody who it is makes tickets for everyone; it may share this one's Redis.
        if (ticket.Maker is null) return CallerAnswer.Unknown("The ticket was made by a server that asks for no credentials, and doesn't count at one that does; ask this server for one.");
        var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(ticket.ExpiresAt);
        if (expiresAt <= time.GetUtcNow()) return CallerAnswer.Unknown("The ticket has expired; ask for a new one.");
        var key = ticket.KeyId is { } id ? keys.Get(id, ticket.KeyHash) : null;
        if (ticket.KeyId is not null && key is null) return CallerAnswer.Unknown("The key that the ticket was made with doesn't count any more.");
        var caller = new Caller
        {
            Name = ticket.Maker,
            Subject = ticket.Subject,
            Key = key,
            ExpiresAt = expiresAt,
            IsTicket = true,
            // What its maker may do no longer, its ticket doesn't allow either.
            Grants = [.. ticket.Grants.Select(Grant.TryParse).OfType<Grant>().Where(grant => key is null || key.Caller.Holds(grant))],
        };
        return CallerAnswer.Of(caller) with { OnceId = ticket.OnceId };
    }

    private static CallerAnswer TicketsAway =>
        new(Caller: null, new Refusal(StatusCodes.Status503ServiceUnavailable, "Tickets can't be checked: Redis, which holds what is needed, can't be reached or refuses it. Try again later."));
}

using EventStream.Api.Cors;
using EventStream.Events;

namespace EventStream.Api.Access.Credentials;

/// <summary>What a request shows of who sent it.</summary>
/// <param name="Text">The key, token or ticket; null when it shows none.</param>
/// <param name="MayBeAny">Whether it may be a key or token: in addresses, cookies and subprotocols only tickets count.</param>
internal readonly record struct Credential(string? Text, bool MayBeAny)
{
    public const string CookieName = "__Host-eventstream-ticket";

    /// <summary>The cookie on this machine, where there is no TLS: browsers take the other one over TLS alone. Elsewhere it doesn't count, since any sibling domain could set it.</summary>
    public const string PlainCookieName = "eventstream-ticket";

    /// <summary>What a WebSocket of a browser offers beside its ticket, and what it is answered.</summary>
    public const string Subprotocol = "eventstream";

    private const string TicketSubprotocol = "eventstream.ticket.", Scheme = "Bearer";

    /// <summary>Reads what stands in the header, the address or the subprotocol; else in the cookie, which browsers send unasked.</summary>
    /// <exception cref="EventRejectedException">Two of them differ, or one is malformed.</exception>
    public static Credential Read(HttpRequest request)
    {
        var header = OfHeader(request);
        var query = OfQuery(request);
        var protocol = OfSubprotocols(request);
        if (Differ(header, query) || Differ(header, protocol) || Differ(query, protocol))
            throw TwoShown();
        if (header is not null) return new Credential(header, MayBeAny: true);
        return new Credential(query ?? protocol ?? OfCookie(request), MayBeAny: false);
    }

    private static EventRejectedException TwoShown() => new("", "Two different credentials were shown; send one, in the header Authorization, in ?ticket= or as a subprotocol.");

    private static bool Differ(string? one, string? other) => one is not null && other is not null && one != other;

    private static string? OfHeader(HttpRequest request)
    {
        var values = request.Headers.Authorization;
        if (values.Count > 1) throw new EventRejectedException("Authorization", "must be sent once.");
        // A proxy in front may ask for other schemes, and pass them on.
        if (values.ToString() is not { Length: > 0 } value || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return null;
        var text = value[Scheme.Length..];
        if (!text.StartsWith(' ') || text.Trim() is not { Length: > 0 } shown || shown.Contains(' ', StringComparison.Ordinal))
            throw new EventRejectedException("Authorization", "must be Bearer, a space, and a key, token or ticket.");
        return shown;
    }

    private static string? OfQuery(HttpRequest request)
    {
        if (!request.QueryString.HasValue) return null;
        return request.Query["ticket"] switch
        {
            [] => null,
            [{ Length: > 0 } value] => value,
            _ => throw new EventRejectedException("ticket", "must be given once, with a ticket."),
        };
    }

    private static string? OfSubprotocols(HttpRequest request)
    {
        if (request.Headers.SecWebSocketProtocol.Count == 0) return null;
        var offered = request.Headers.SecWebSocketProtocol.ToString().Split(',', StringSplitOptions.TrimEntries);
        var tickets = offered.Where(text => text.StartsWith(TicketSubprotocol, StringComparison.Ordinal)).Distinct().ToArray();
        if (tickets.Length > 1) throw TwoShown();
        return tickets is [var ticket] ? ticket[TicketSubprotocol.Length..] : null;
    }

    private static string? OfCookie(HttpRequest request) =>
        request.Headers.Cookie.Count == 0 ? null : request.Cookies[CookieName] ?? (PageOrigin.IsOfThisMachine(request.Host) ? request.Cookies[PlainCookieName] : null);
}

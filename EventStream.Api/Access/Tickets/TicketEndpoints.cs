using System.Buffers.Text;
using System.Security.Cryptography;
using EventStream.Api.Access.Credentials;
using EventStream.Api.Access.Limits;
using EventStream.Api.Cors;
using EventStream.Api.OpenApi;
using EventStream.Api.Problems;
using EventStream.Events;

namespace EventStream.Api.Access.Tickets;

/// <summary>Makes tickets: what a backend gives to a browser so that it may watch, and for a while only.</summary>
internal static class TicketEndpoints
{
    private const int OnceIdBytes = 16;

    public static void DescribeMake(RouteHandlerBuilder route) => route
        .WithSummary("Make a ticket for a browser")
        .WithDescription("`{\"grants\":[\"subscribe session:demo\"],\"subject\":\"user-7\",\"expires_in\":300,\"once\":false}`: only `grants` must be given, and the caller must hold them itself. "
            + "Show the ticket as `?ticket=`, as `Authorization: Bearer`, or as the WebSocket subprotocol `eventstream.ticket.TICKET` beside `eventstream`; with `cookie=true` it is set as a cookie too. "
            + "With `once` it opens one stream only, for WebSocket and fetch: EventSource comes back with the same address.")
        .WithMetadata(new StoresNoEvents())
        .DescribesQuery("cookie", "true sets the ticket as a cookie that scripts can't read.")
        .AddOpenApiOperationTransformer(TicketBodyDescription.TransformAsync)
        .Produces<MadeTicket>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    public static async Task<IResult> MakeAsync(HttpContext context, CallerOf callers, CallerLimits limits, TicketSeal seal, TimeProvider time)
    {
        var setsCookie = context.Request.Query["cookie"].ToString() switch
        {
            "" or "false" => false,
            "true" => true,
            var other => throw new EventRejectedException("cookie", $"is '{EventRejectedException.Shown(other)}'; it is true or false."),
        };
        var request = TicketRequest.Parse(await ReadAsync(context.Request));
        var caller = callers.GetAfterBody(context);
        var now = time.GetUtcNow();
        // Clocks may differ, so a token counts for a while after its end; a ticket would have ended before it began.
        if (caller.ExpiresAt <= now) throw new CallerEndedException("The token has expired, so a ticket of it would have too (auth_expired); show a new one.");
        if (caller.IsTicket) throw Denied("A ticket makes no further tickets; show the key or token of a backend.");
        foreach (var grant in request.Grants)
        {
            if (!caller.Holds(grant)) throw Denied($"The caller doesn't hold '{grant}' itself, so it can't hand it out.");
        }
        limits.Of(context, caller)?.MakeTicket();
        var ticket = Of(caller, request, now);
        var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(ticket.ExpiresAt);
        var text = await seal.SealAsync(ticket);
        if (setsCookie) SetCookie(context, text, expiresAt);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new MadeTicket(text, expiresAt));
    }

    private static Ticket Of(Caller caller, TicketRequest request, DateTimeOffset now)
    {
        var expiresAt = now + request.ExpiresIn;
        // A ticket doesn't outlive the token of its maker.
        if (caller.ExpiresAt < expiresAt) expiresAt = caller.ExpiresAt.Value;
        return new Ticket
        {
            Maker = caller.Name,
            KeyId = caller.Key?.Id,
            KeyHash = caller.Key?.Hash,
            Subject = request.Subject,
            Grants = [.. request.Grants.Select(grant => grant.ToString())],
            ExpiresAt = expiresAt.ToUnixTimeMilliseconds(),
            OnceId = request.Once ? Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(OnceIdBytes)) : null,
        };
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request)
    {
        var buffer = new byte[TicketRequest.MaxBodyBytes + 1];
        var read = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, request.HttpContext.RequestAborted);
        return read <= TicketRequest.MaxBodyBytes ? buffer.AsMemory(0, read)
            : throw new EventRejectedException("", $"A request for a ticket may take {TicketRequest.MaxBodyBytes} bytes.", isTooLarge: true);
    }

    // Browsers take the __Host- cookie over TLS alone; on this machine there is none.
    private static void SetCookie(HttpContext context, string ticket, DateTimeOffset expiresAt)
    {
        var isSecure = context.Request.IsHttps || !PageOrigin.IsOfThisMachine(context.Request.Host);
        context.Response.Cookies.Append(isSecure ? Credential.CookieName : Credential.PlainCookieName, ticket, new CookieOptions
        {
            HttpOnly = true,
            Secure = isSecure,
            SameSite = SameSiteMode.Strict,
            Path = "/",
            Expires = expiresAt,
            IsEssential = true,
        });
    }

    private static AccessDeniedException Denied(string title) => new(new Refusal(StatusCodes.Status403Forbidden, title));
}

using EventStream.Events;

namespace EventStream.Api.Security;

/// <summary>Refuses requests whose <c>Host</c> the framework can't read: its property decodes punycode, and throws at what is none.</summary>
internal static class HostHeader
{
    private const string PunycodePrefix = "xn--";

    public static void UseReadableHosts(this WebApplication app) => app.Use(next => context => IsReadable(context.Request) ? next(context) : RefuseAsync(context));

    private static bool IsReadable(HttpRequest request)
    {
        if (!request.Headers.Host.ToString().Contains(PunycodePrefix, StringComparison.OrdinalIgnoreCase)) return true;
        try
        {
            return request.Host.HasValue;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static Task RefuseAsync(HttpContext context) => TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest,
        title: $"The Host '{EventRejectedException.Shown(context.Request.Headers.Host.ToString())}' is no host name.").ExecuteAsync(context);
}

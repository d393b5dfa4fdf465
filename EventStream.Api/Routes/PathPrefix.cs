using System.Text.RegularExpressions;
using EventStream.Api.Settings;

namespace EventStream.Api.Routes;

/// <summary>The prefix of a proxy that passes it on: the setting <c>PathBase</c>. Addresses without it are answered too, for probes.</summary>
internal static partial class PathPrefix
{
    private const string Setting = "PathBase";

    /// <exception cref="SettingException">The setting is no prefix of addresses.</exception>
    public static void UsePathPrefix(this WebApplication app)
    {
        if (app.Configuration[Setting] is not { Length: > 0 } text || text == "/") return;
        if (!Shape().IsMatch(text)) throw new SettingException($"{Setting} is '{text}'; write the prefix as addresses begin with it, such as /eventstream.");
        var prefix = new PathString(text.TrimEnd('/'));
        app.Use(next => context =>
        {
            var request = context.Request;
            if (!request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase, out var matched, out var rest)) return next(context);
            if (!rest.HasValue)
            {
                // The page's own addresses are relative, and lie below the slash.
                context.Response.Redirect($"{prefix}/{request.QueryString}");
                return Task.CompletedTask;
            }
            (request.PathBase, request.Path) = (request.PathBase.Add(matched), rest);
            return next(context);
        });
        // The endpoint is looked for after the prefix is gone; by default that is the first thing of all.
        app.UseRouting();
    }

    [GeneratedRegex(@"^(/[A-Za-z0-9._~-]+)+/?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Shape();
}

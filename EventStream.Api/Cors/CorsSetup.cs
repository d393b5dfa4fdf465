using EventStream.Api.Settings;

namespace EventStream.Api.Cors;

/// <summary>The origins whose pages may stream and publish: those of <c>Cors:Origins</c>, and in Development every port of localhost.</summary>
internal static class CorsSetup
{
    public static void AddCorsAllowList(this WebApplicationBuilder builder)
    {
        builder.Configuration.RequireNames("Cors", "Origins");
        var section = builder.Configuration.GetSection("Cors:Origins");
        // An environment variable can't hold a list, so one text may name several, separated by commas.
        var origins = section.Value is { Length: > 0 } text ? text.Split(',', StringSplitOptions.TrimEntries) : section.Get<string[]>() ?? [];
        if (origins.FirstOrDefault(origin => !IsOrigin(origin)) is { } wrong)
            throw new SettingException($"Cors:Origins holds '{wrong}'; write origins such as https://app.example.com, without a path.");

        var isDevelopment = builder.Environment.IsDevelopment();
        var allowed = origins.Select(origin => new Uri(origin).GetLeftPart(UriPartial.Authority)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .SetIsOriginAllowed(origin => allowed.Contains(origin) || (isDevelopment && IsLoopback(origin)))
            .WithMethods("GET", "POST", "DELETE")
            .WithHeaders("Accept", "Authorization", "Cache-Control", "Content-Type", "Last-Event-ID", "traceparent")
            .SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }

    private static bool IsOrigin(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri is { Scheme: "http" or "https", AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" };

    private static bool IsLoopback(string origin) => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.IsLoopback;
}

using Microsoft.Extensions.Logging.Console;

namespace EventStream.Api.Telemetry;

/// <summary>Logs to the console without scopes, unless scopes are shown.</summary>
/// <remarks>
/// When a logger takes scopes, ASP.NET Core opens one for each connection and carries it through every await of that connection.
/// That costs 250 bytes a stream, and the console would throw the scopes away.
/// </remarks>
internal static class ConsoleLog
{
    public static void AddConsoleLog(this WebApplicationBuilder builder)
    {
        builder.Services.KeepAddressesOutOfLogs();
        var settings = builder.Configuration.GetSection("Logging:Console");
        // Without a name the framework takes Format, the older setting, and leaves out the options of the formatter.
        if (settings["Format"] is null) builder.Services.PostConfigure<ConsoleLoggerOptions>(console => console.FormatterName ??= ConsoleFormatterNames.Simple);
        builder.Services.PostConfigure<SimpleConsoleFormatterOptions>(console => (console.TimestampFormat, console.IncludeScopes) =
            (console.TimestampFormat ?? settings["TimestampFormat"] ?? "yyyy-MM-dd HH:mm:ss.fff ", console.IncludeScopes || settings.GetValue<bool>("IncludeScopes")));
        // FormatterOptions:IncludeScopes is the newer name of IncludeScopes.
        if (settings.GetValue<bool>("FormatterOptions:IncludeScopes") || settings.GetValue<bool>("IncludeScopes")) return;
        var console = builder.Services.Single(service => service.ServiceType == typeof(ILoggerProvider) && service.ImplementationType == typeof(ConsoleLoggerProvider));
        builder.Services.Remove(console);
        builder.Services.AddSingleton<ConsoleLoggerProvider>();
        builder.Services.AddSingleton<ILoggerProvider, WithoutScopes>();
    }

    // The alias applies Logging:Console settings to this provider, since it replaces the console's.
    [ProviderAlias("Console")]
    private sealed class WithoutScopes(ConsoleLoggerProvider console) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => StartLogger.Is(categoryName) ? new StartLogger(console.CreateLogger(categoryName)) : console.CreateLogger(categoryName);

        public void Dispose()
        {
            // The container made the console's provider, so the container disposes it.
        }
    }
}

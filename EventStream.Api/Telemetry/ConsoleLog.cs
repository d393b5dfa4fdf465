using Microsoft.Extensions.Logging.Console;

namespace EventStream.Api.Telemetry;

/// <summary>The log on the console, without scopes unless they are shown.</summary>
/// <remarks>
/// A logger that takes scopes makes the server open one for each connection and carry it through all that the connection does:
/// 250 bytes of each stream, and work at every await, for what is thrown away.
/// </remarks>
internal static class ConsoleLog
{
    public static void AddConsoleLog(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("Logging:Console");
        // The first is the newer name of the second.
        if (settings.GetValue<bool>("FormatterOptions:IncludeScopes") || settings.GetValue<bool>("IncludeScopes")) return;
        var console = builder.Services.Single(service => service.ServiceType == typeof(ILoggerProvider) && service.ImplementationType == typeof(ConsoleLoggerProvider));
        builder.Services.Remove(console);
        builder.Services.AddSingleton<ConsoleLoggerProvider>();
        builder.Services.AddSingleton<ILoggerProvider, WithoutScopes>();
    }

    // Settings under Logging:Console hold for it, as for the one that it stands for.
    [ProviderAlias("Console")]
    private sealed class WithoutScopes(ConsoleLoggerProvider console) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => console.CreateLogger(categoryName);

        public void Dispose()
        {
            // The container that made the console's provider ends it.
        }
    }
}

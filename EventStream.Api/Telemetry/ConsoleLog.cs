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
        if (builder.Configuration.GetValue<bool>("Logging:Console:FormatterOptions:IncludeScopes")) return;
        builder.Logging.ClearProviders().AddConsole();
        var console = builder.Services.Single(service => service.ServiceType == typeof(ILoggerProvider));
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

using Microsoft.AspNetCore.Connections;

namespace EventStream.Api.Settings;

/// <summary>Explains in one line why the server can't start.</summary>
internal static class StartFailure
{
    /// <summary>The line; null for a defect, which keeps its stack trace.</summary>
    public static string? Line(Exception failure) => failure switch
    {
        SettingException => $"EventStream can't start: {failure.Message}",
        IOException { InnerException: AddressInUseException } => $"EventStream can't start: {failure.Message} Choose another one, such as --urls http://localhost:8001.",
        // The JSON provider throws this when a settings file isn't JSON.
        InvalidDataException { InnerException: FormatException reason } => $"EventStream can't start: {failure.Message} {reason.InnerException?.Message ?? reason.Message}".ReplaceLineEndings(" "),
        InvalidOperationException { Source: "Microsoft.Extensions.Logging.Configuration" } => $"EventStream can't start: {failure.Message} Log levels are Trace, Debug, Information, Warning, Error, Critical and None.",
        _ => null,
    };

    /// <summary>Writes the line to standard error.</summary>
    /// <returns>The exit code of the program.</returns>
    public static int Tell(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is closed; the exit code says it too.
        }
        return 1;
    }

    /// <summary>Listens until the server is stopped.</summary>
    /// <exception cref="SettingException">It can't listen.</exception>
    public static async Task ServeAsync(this WebApplication app)
    {
        await app.ListenAsync();
        await app.WaitForShutdownAsync(CancellationToken.None);
    }

    /// <summary>Begins to listen. What the framework throws meanwhile is about an address or a certificate; its own log line has the stack trace.</summary>
    /// <exception cref="SettingException">It can't; the message names the settings to look at.</exception>
    private static async Task ListenAsync(this WebApplication app)
    {
        try
        {
            await app.StartAsync(CancellationToken.None);
        }
        catch (Exception e) when (Line(e) is null)
        {
            var reason = e is ArgumentOutOfRangeException { ParamName: "port" } ? "ports are 0 to 65535." : e.Message.Split('\n', StringSplitOptions.TrimEntries)[0];
            throw new SettingException($"{reason} Look at --urls, such as http://localhost:8000, at HTTP_PORTS, and at Kestrel:Endpoints and Kestrel:Certificates.");
        }
    }
}

using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Connections;

namespace EventStream.Api.Settings;

/// <summary>Explains in one line why the server can't start.</summary>
internal static partial class StartFailure
{
    /// <summary>The line; null for a defect, which keeps its stack trace.</summary>
    public static string? Line(Exception failure) => failure switch
    {
        SettingException => $"EventStream can't start: {failure.Message}",
        IOException { InnerException: AddressInUseException } => $"EventStream can't start: {AddressIn(failure.Message)} is taken, perhaps by another EventStream. Stop that one, or listen elsewhere, such as on --urls http://localhost:{NextPort(failure.Message)}.",
        IOException or SocketException when failure.GetBaseException() is SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            "EventStream can't start: this user may not listen on that address; ports below 1024 are the system's. Choose another port, such as --urls http://localhost:8000, and put a proxy in front.",
        // The JSON provider throws this when a settings file isn't JSON.
        InvalidDataException { InnerException: FormatException reason } => $"EventStream can't start: {failure.Message} {reason.InnerException?.Message ?? reason.Message}".ReplaceLineEndings(" "),
        InvalidOperationException { Source: "Microsoft.Extensions.Logging.Configuration" } => $"EventStream can't start: {failure.Message} Log levels are Trace, Debug, Information, Warning, Error, Critical and None.",
        _ => null,
    };

    /// <summary>Whether the server says in a line why it can't start, beside which the framework's stack trace says nothing more.</summary>
    public static bool IsTold(Exception failure) => Line(failure) is not null || failure is IOException or SocketException or FormatException or InvalidOperationException or ArgumentException;

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

    /// <summary>Begins to listen. What the framework throws meanwhile is about an address or a certificate.</summary>
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

    private static string AddressIn(string message) => Address().Match(message) is { Success: true } address ? address.Value : "the address";

    private static int NextPort(string message) =>
        Address().Match(message).Groups["port"] is { Success: true } port && int.Parse(port.Value, CultureInfo.InvariantCulture) is > 1023 and < 65535 and var taken ? taken + 1 : 8001;

    [GeneratedRegex(@"\w+://\S*:(?<port>\d{1,5})", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}

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
        // Kestrel throws this when it can't parse urls.
        FormatException => $"EventStream can't start: {failure.Message}",
        _ => null,
    };
}

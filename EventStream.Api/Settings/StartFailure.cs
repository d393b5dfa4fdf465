using Microsoft.AspNetCore.Connections;

namespace EventStream.Api.Settings;

/// <summary>Why the server can't start, in one line for the person who started it.</summary>
internal static class StartFailure
{
    /// <summary>The line; null for a defect, which keeps its stack trace.</summary>
    public static string? Line(Exception failure) => failure switch
    {
        SettingException => $"EventStream can't start: {failure.Message}",
        IOException { InnerException: AddressInUseException } => $"EventStream can't start: {failure.Message} Choose another one, such as --urls http://localhost:8001.",
        // A settings file that isn't JSON.
        InvalidDataException { InnerException: FormatException reason } => $"EventStream can't start: {failure.Message} {reason.InnerException?.Message ?? reason.Message}".ReplaceLineEndings(" "),
        // Of Kestrel, about urls.
        FormatException => $"EventStream can't start: {failure.Message}",
        _ => null,
    };
}

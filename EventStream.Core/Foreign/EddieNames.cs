using EventStream.Events;

namespace EventStream.Foreign;

/// <summary>The parts of Eddie's vocabulary that its source and its dialect share.</summary>
internal static class EddieNames
{
    /// <summary>The name of the source.</summary>
    public const string Source = "eddie";

    /// <summary>The event whose <c>data</c> is an array of log entries.</summary>
    public const string Logs = "logs.created";

    /// <summary>The event whose <c>data</c> wraps a message.</summary>
    public const string PartialMessage = "ChatMessagePartialEvent";

    /// <summary>The session that a body names; null when it names none.</summary>
    public static string? SessionOf(NativeBody body) => body.Id("sessionId") ?? body.Id("session_id");

    /// <summary>The text of a member that isn't blank.</summary>
    public static string? Word(this NativeBody body, string name) => body.MemberText(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    /// <summary>The id that a member holds: a text that isn't blank, a number or a boolean.</summary>
    public static string? Id(this NativeBody body, string name) => JsonText.ScalarText(body.Member(name)) is { } id && !string.IsNullOrWhiteSpace(id) ? id : null;
}

using System.Buffers;
using System.Text.RegularExpressions;

namespace EventStream.Events;

/// <summary>The rules that the members of an envelope keep.</summary>
public static partial class EventRules
{
    private const string Ascii = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly SearchValues<char> IdStart = SearchValues.Create(Ascii);
    private static readonly SearchValues<char> IdRest = SearchValues.Create(Ascii + "._:@-");
    private static readonly SearchValues<char> TypeRest = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.");

    // Made once: every event is checked, and nearly all keep the rules.
    private static readonly string TextRule = $"must be 1 to {EventLimits.MaxMemberLength} characters, or absent.";

    /// <summary>The session id that events without a session live under.</summary>
    public const string ReservedSessionId = "broadcast";

    internal const int MaxTypeLength = 64;
    internal const string IdRule = "must be 1 to 128 characters: a letter or digit, then letters, digits or any of . _ : @ -";
    internal const string TypeRule = "must be 1 to 64 characters: a lower-case letter, then lower-case letters, digits, _ or .; open, error and message are taken by EventSource itself.";
    internal const string EventIdRule = "must be 1 to 128 printable ASCII characters without spaces.";

    /// <summary>Whether the text may be a session, run or project id: <c>^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$</c>.</summary>
    public static bool IsId(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= EventLimits.MaxIdLength && IdStart.Contains(text[0]) && !text.ContainsAnyExcept(IdRest);

    /// <summary>Whether the text may name an event type: <c>^[a-z][a-z0-9_.]{0,63}$</c>, and not <c>open</c>, <c>error</c> or <c>message</c>.</summary>
    public static bool IsType(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxTypeLength && char.IsAsciiLetterLower(text[0]) && !text.ContainsAnyExcept(TypeRest)
        && text is not ("open" or "error" or "message");

    /// <summary>Whether the text may be an event id: <c>^[!-~]{1,128}$</c>.</summary>
    public static bool IsEventId(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= EventLimits.MaxIdLength && !text.ContainsAnyExceptInRange('!', '~');

    /// <summary>Checks an event that did not come through <see cref="EventReader"/>.</summary>
    /// <param name="candidate">The event.</param>
    /// <param name="mayBeForAll">Whether it may be an event without a session.</param>
    /// <exception cref="EventRejectedException">Names the member and the rule.</exception>
    internal static void Check(Event candidate, bool mayBeForAll = false)
    {
        Require("/event_id", IsEventId(candidate.EventId), EventIdRule);
        if (!mayBeForAll || candidate.SessionId != ReservedSessionId) CheckSessionId("/session_id", candidate.SessionId);
        Require("/type", IsType(candidate.Type), TypeRule);
        if (EventCatalogue.RoleOf(candidate.Type) == EventRole.Control) throw new EventRejectedException("/type", $"must not be '{candidate.Type}': only the server writes that frame.");
        CheckId("/run_id", candidate.RunId);
        CheckId("/project_id", candidate.ProjectId);
        CheckText("/agent_id", candidate.AgentId);
        CheckText("/source", candidate.Source);
        CheckText("/source_type", candidate.SourceType);
        CheckText("/execution_id", candidate.ExecutionId);
        Require("/traceparent", candidate.Traceparent is null || Traceparent().IsMatch(candidate.Traceparent), "must be a W3C trace context, such as 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.");
        if (SizeOf(candidate) > EventLimits.MaxEventBytes) RequireSize(EventWriter.ToUtf8(candidate).Length);
    }

    /// <summary>Checks a session id.</summary>
    /// <exception cref="EventRejectedException">Names <paramref name="pointer"/> and the rule.</exception>
    internal static void CheckSessionId(string pointer, string sessionId)
    {
        Require(pointer, IsId(sessionId), IdRule);
        Require(pointer, sessionId != ReservedSessionId, "must not be 'broadcast': that name is reserved for events without a session.");
    }

    /// <summary>Checks a project id.</summary>
    /// <exception cref="EventRejectedException">Names <paramref name="pointer"/> and the rule.</exception>
    internal static void CheckProjectId(string pointer, string projectId) => Require(pointer, IsId(projectId), IdRule);

    internal static void RequireSize(int bytes)
    {
        if (bytes > EventLimits.MaxEventBytes)
            throw new EventRejectedException("", $"An event may take {EventLimits.MaxEventBytes} bytes as JSON; this one takes {bytes}.", isTooLarge: true);
    }

    /// <summary>The bytes of the event as JSON or somewhat more.</summary>
    internal static int SizeOf(Event candidate) =>
        candidate.Payload.Utf8.Length + EnvelopeOverhead + MaxEscapeBytes * (candidate.EventId.Length + candidate.SessionId.Length + candidate.Type.Length
            + LengthOf(candidate.RunId) + LengthOf(candidate.ProjectId) + LengthOf(candidate.AgentId) + LengthOf(candidate.Source)
            + LengthOf(candidate.SourceType) + LengthOf(candidate.ExecutionId) + LengthOf(candidate.Traceparent));

    // All member names with their quotes, colons and commas, and a timestamp.
    private const int EnvelopeOverhead = 220;

    // \u0001 for one character.
    private const int MaxEscapeBytes = 6;

    private static int LengthOf(string? text) => text?.Length ?? 0;

    private static void CheckId(string pointer, string? id) => Require(pointer, id is null || IsId(id), IdRule);

    private static void CheckText(string pointer, string? text) => Require(pointer, text is null or { Length: > 0 and <= EventLimits.MaxMemberLength }, TextRule);

    private static void Require(string pointer, bool holds, string rule)
    {
        if (!holds) throw new EventRejectedException(pointer, rule);
    }

    [GeneratedRegex("^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex Traceparent();
}

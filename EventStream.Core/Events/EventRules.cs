using System.Buffers;

namespace EventStream.Events;

/// <summary>The rules that the members of an envelope keep.</summary>
public static class EventRules
{
    private const string Ascii = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static readonly SearchValues<char> IdStart = SearchValues.Create(Ascii);
    private static readonly SearchValues<char> IdRest = SearchValues.Create(Ascii + "._:@-");
    private static readonly SearchValues<char> TypeRest = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.");

    /// <summary>The session id of events without a session.</summary>
    public const string ReservedSessionId = "broadcast";

    internal const int MaxTypeLength = 64;
    internal const string IdRule = "must be 1 to 128 characters: a letter or digit, then letters, digits or any of . _ : @ -";
    internal const string TypeRule = "must be 1 to 64 characters: a lower-case letter, then lower-case letters, digits, _ or .; open, error and message are taken by EventSource itself.";
    internal const string EventIdRule = "must be 1 to 128 printable ASCII characters without spaces.";

    // \u0001 for one character.
    private const int MaxEscapeBytes = 6;

    // Braces and a timestamp, and each name with its colon, comma and the quotes around it and its value.
    private static readonly int EnvelopeOverhead = 2 + 24 + EnvelopeMember.All.Sum(member => member.Name.Length + 6);

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
        EnvelopeMember.EventId.Check(candidate.EventId);
        EnvelopeMember.SessionId.Check(candidate.SessionId);
        EnvelopeMember.Type.Check(candidate.Type);
        EnvelopeMember.RunId.Check(candidate.RunId);
        EnvelopeMember.ProjectId.Check(candidate.ProjectId);
        EnvelopeMember.AgentId.Check(candidate.AgentId);
        EnvelopeMember.Source.Check(candidate.Source);
        EnvelopeMember.SourceType.Check(candidate.SourceType);
        EnvelopeMember.ExecutionId.Check(candidate.ExecutionId);
        EnvelopeMember.Traceparent.Check(candidate.Traceparent);
        EnvelopeMember.Publisher.Check(candidate.Publisher);
        if (!mayBeForAll) RequireSession(EnvelopeMember.SessionId.Pointer, candidate.SessionId);
        if (EventCatalogue.RoleOf(candidate.Type) == EventRole.Control)
            throw new EventRejectedException(EnvelopeMember.Type.Pointer, $"must not be '{candidate.Type}': only the server writes that frame.");
        if (SizeOf(candidate) > EventLimits.MaxEventBytes) RequireSize(EventWriter.ToUtf8(candidate).Length);
    }

    /// <summary>Checks a session id.</summary>
    /// <exception cref="EventRejectedException">Names <paramref name="pointer"/> and the rule.</exception>
    internal static void CheckSessionId(string pointer, string sessionId)
    {
        EnvelopeMember.SessionId.Check(sessionId, pointer);
        RequireSession(pointer, sessionId);
    }

    /// <summary>Checks a project id.</summary>
    /// <exception cref="EventRejectedException">Names <paramref name="pointer"/> and the rule.</exception>
    internal static void CheckProjectId(string pointer, string projectId) => EnvelopeMember.ProjectId.Check(projectId, pointer);

    /// <summary>Refuses half a surrogate pair, as <see cref="EventReader"/> does; the other members that a publisher gives are ASCII.</summary>
    internal static void RequireWhole(string pointer, string? text)
    {
        if (text is not null && Wtf8.IndexOfHalf(text) >= 0) throw new EventRejectedException(pointer, "holds half a surrogate pair.");
    }

    internal static void RequireSize(int bytes)
    {
        if (bytes > EventLimits.MaxEventBytes)
            throw new EventRejectedException("", $"An event may take {EventLimits.MaxEventBytes} bytes as JSON; this one takes {bytes}.", isTooLarge: true);
    }

    /// <summary>An upper bound of the event's bytes as JSON.</summary>
    internal static int SizeOf(Event candidate) =>
        candidate.Payload.Utf8.Length + EnvelopeOverhead + MaxEscapeBytes * (candidate.EventId.Length + candidate.SessionId.Length + candidate.Type.Length
            + LengthOf(candidate.RunId) + LengthOf(candidate.ProjectId) + LengthOf(candidate.AgentId) + LengthOf(candidate.Source)
            + LengthOf(candidate.SourceType) + LengthOf(candidate.ExecutionId) + LengthOf(candidate.Traceparent) + LengthOf(candidate.Publisher));

    private static int LengthOf(string? text) => text?.Length ?? 0;

    private static void RequireSession(string pointer, string sessionId)
    {
        if (sessionId == ReservedSessionId) throw new EventRejectedException(pointer, "must not be 'broadcast': that name is reserved for events without a session.");
    }
}

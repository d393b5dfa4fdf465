using System.Text.RegularExpressions;

namespace EventStream.Events;

/// <summary>A rule for the text of an envelope's members: as a test, in words, and as far as JSON Schema can say it.</summary>
internal sealed partial class MemberRule
{
    private readonly Grammar _grammar;

    private MemberRule(Grammar grammar, string words) => (_grammar, Words) = (grammar, words);

    // Not a delegate: every text of every event is tested.
    private enum Grammar
    {
        Id,
        EventId,
        Type,
        Text,
        TraceContext,
    }

    /// <summary>A session, run or project id.</summary>
    public static MemberRule Id { get; } = new(Grammar.Id, EventRules.IdRule) { Pattern = "^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$" };

    public static MemberRule EventId { get; } = new(Grammar.EventId, EventRules.EventIdRule) { Pattern = "^[!-~]{1,128}$" };

    public static MemberRule Type { get; } = new(Grammar.Type, EventRules.TypeRule) { Pattern = "^[a-z][a-z0-9_.]{0,63}$" };

    /// <summary>Any text that isn't empty or too long.</summary>
    public static MemberRule Text { get; } = new(Grammar.Text, $"must be 1 to {EventLimits.MaxMemberLength} characters, or absent.") { MaxLength = EventLimits.MaxMemberLength };

    public static MemberRule TraceContext { get; } = new(Grammar.TraceContext, "must be a W3C trace context, such as 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.");

    /// <summary>The rule as the end of a sentence that begins with the member.</summary>
    public string Words { get; }

    /// <summary>The rule as a regular expression of JSON Schema; null where the schema doesn't give one.</summary>
    public string? Pattern { get; private init; }

    /// <summary>The most characters; null where <see cref="Pattern"/> limits them.</summary>
    public int? MaxLength { get; private init; }

    /// <summary>Whether a text keeps the rule.</summary>
    public bool IsKept(ReadOnlySpan<char> text) => _grammar switch
    {
        Grammar.Id => EventRules.IsId(text),
        Grammar.EventId => EventRules.IsEventId(text),
        Grammar.Type => EventRules.IsType(text),
        Grammar.Text => text.Length is > 0 and <= EventLimits.MaxMemberLength,
        _ => TraceContextPattern().IsMatch(text),
    };

    [GeneratedRegex("^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex TraceContextPattern();
}

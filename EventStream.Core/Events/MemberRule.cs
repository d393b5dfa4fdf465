using System.Text.RegularExpressions;

namespace EventStream.Events;

/// <summary>A rule for the text of an envelope's members: as a test, in words, and as far as JSON Schema can say it.</summary>
/// <param name="Words">The rule as the end of a sentence that begins with the member.</param>
/// <param name="IsKept">Whether a text keeps the rule.</param>
internal sealed partial record MemberRule(string Words, MemberRule.Test IsKept)
{
    /// <summary>A session, run or project id.</summary>
    public static MemberRule Id { get; } = new(EventRules.IdRule, EventRules.IsId) { Pattern = "^[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}$" };

    public static MemberRule EventId { get; } = new(EventRules.EventIdRule, EventRules.IsEventId) { Pattern = "^[!-~]{1,128}$" };

    public static MemberRule Type { get; } = new(EventRules.TypeRule, EventRules.IsType) { Pattern = "^[a-z][a-z0-9_.]{0,63}$" };

    /// <summary>Any text that isn't empty or too long.</summary>
    public static MemberRule Text { get; } = new(
        $"must be 1 to {EventLimits.MaxMemberLength} characters, or absent.", text => text.Length is > 0 and <= EventLimits.MaxMemberLength) { MaxLength = EventLimits.MaxMemberLength };

    public static MemberRule TraceContext { get; } = new(
        "must be a W3C trace context, such as 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.", text => TraceContextPattern().IsMatch(text));

    /// <summary>The rule as a regular expression of JSON Schema; null where the schema doesn't give one.</summary>
    public string? Pattern { get; private init; }

    /// <summary>The most characters; null where <see cref="Pattern"/> limits them.</summary>
    public int? MaxLength { get; private init; }

    /// <summary>Whether a text keeps a rule.</summary>
    internal delegate bool Test(ReadOnlySpan<char> text);

    [GeneratedRegex("^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\\z", RegexOptions.NonBacktracking)]
    private static partial Regex TraceContextPattern();
}

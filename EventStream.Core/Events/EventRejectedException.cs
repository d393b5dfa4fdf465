namespace EventStream.Events;

/// <summary>An event breaks a rule and was not taken. Nothing of its batch was stored.</summary>
public sealed class EventRejectedException : Exception
{
    /// <summary>Names the member and the rule.</summary>
    /// <param name="pointer">A JSON pointer to the member (RFC 6901), empty for the whole.</param>
    /// <param name="rule">What the member must be, as the end of a sentence that begins with the pointer.</param>
    /// <param name="isTooLarge">Whether a size limit was exceeded.</param>
    public EventRejectedException(string pointer, string rule, bool isTooLarge = false)
        : base(pointer.Length == 0 ? rule : $"{pointer} {rule}") => (Pointer, Rule, IsTooLarge) = (pointer, rule, isTooLarge);

    /// <summary>A JSON pointer to the member that breaks the rule.</summary>
    public string Pointer { get; }

    /// <summary>Whether a size limit was exceeded.</summary>
    public bool IsTooLarge { get; }

    /// <summary>Whether another publisher could have published it: it is this one that may not.</summary>
    public bool IsDenied { get; internal init; }

    /// <summary>Whether the stream has no room for it now: it may be taken later.</summary>
    public bool IsCrowded { get; internal init; }

    /// <summary>What the member must be.</summary>
    internal string Rule { get; }

    /// <summary>Which item of a request it is, from 0, when that is known.</summary>
    internal int? Item { get; init; }

    /// <summary>The same of an event that is a part of something larger.</summary>
    internal EventRejectedException In(string pointer) => new($"{pointer}{Pointer}", Pointer.Length == 0 ? $"is wrong: {Rule}" : Rule, IsTooLarge) { IsDenied = IsDenied, IsCrowded = IsCrowded };

    /// <summary>The same of an event that is a line of many.</summary>
    internal EventRejectedException OnLine(long number) => new("", $"Line {number}: {Message}", IsTooLarge) { IsDenied = IsDenied, IsCrowded = IsCrowded };

    /// <summary>What a publisher sent, cut to a length that fits into a message.</summary>
    internal static string Shown(string text) => text.Length <= 128 ? text : $"{text.AsSpan(0, 127)}…";
}

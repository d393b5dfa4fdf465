namespace EventStream.Events;

/// <summary>An event breaks a rule and was not taken. Nothing of its batch was stored.</summary>
public sealed class EventRejectedException : Exception
{
    /// <summary>Names the member and the rule.</summary>
    /// <param name="pointer">A JSON pointer to the member (RFC 6901), empty for the whole.</param>
    /// <param name="rule">What the member must be, as the end of a sentence that begins with the pointer.</param>
    /// <param name="isTooLarge">Whether a size limit was exceeded.</param>
    public EventRejectedException(string pointer, string rule, bool isTooLarge = false)
        : base(pointer.Length == 0 ? rule : $"{pointer} {rule}") => (Pointer, IsTooLarge) = (pointer, isTooLarge);

    /// <summary>A JSON pointer to the member that breaks the rule.</summary>
    public string Pointer { get; }

    /// <summary>Whether a size limit was exceeded.</summary>
    public bool IsTooLarge { get; }

    /// <summary>What a publisher sent, cut to a length that fits into a message.</summary>
    internal static string Shown(string text) => text.Length <= 128 ? text : $"{text.AsSpan(0, 127)}…";
}

namespace EventStream.Events.Payloads;

/// <summary>
/// How the event method of the record takes this member, where it doesn't follow the rule: required members first, then optional ones
/// that are null by default, <see cref="System.Text.Json.JsonElement"/> as any object.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class MethodParameterAttribute : Attribute
{
    /// <summary>Whether the caller must name it, though it may be null.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The value that it has when the caller doesn't name it.</summary>
    public object? Default { get; init; }

    /// <summary>Whether null is sent as an object without members.</summary>
    public bool NullIsEmpty { get; init; }

    /// <summary>The member whose opposite it is, in place of a parameter.</summary>
    public string? OppositeOf { get; init; }
}

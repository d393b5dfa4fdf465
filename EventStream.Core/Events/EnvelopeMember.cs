using System.Text;
using System.Text.Json;

namespace EventStream.Events;

/// <summary>The members of an envelope, in the order in which they are written. Reader, writer, checks and schemas follow these declarations; where speed needs one line for each member, tests compare.</summary>
internal sealed class EnvelopeMember
{
    /// <summary>How many members there are.</summary>
    public const int Count = 13;

    // Stands before the members: each adds itself.
    private static readonly List<EnvelopeMember> Declared = new(Count);

    public static readonly EnvelopeMember EventId = new(
        "event_id", isRequired: true, MemberRule.EventId, envelope => envelope.EventId, "Idempotency key: 1 to 128 printable ASCII characters. A UUIDv7 is made when absent.");

    public static readonly EnvelopeMember SessionId = new("session_id", isRequired: true, MemberRule.Id, envelope => envelope.SessionId, "The session that it belongs to.");

    public static readonly EnvelopeMember Timestamp = new("timestamp", isRequired: true, rule: null, textOf: null, "RFC 3339 with an offset. The time of arrival when absent.");

    public static readonly EnvelopeMember Type = new("type", isRequired: true, MemberRule.Type, envelope => envelope.Type, "The event's name: snake_case, 1 to 64 characters.");

    public static readonly EnvelopeMember Payload = new("payload", isRequired: true, rule: null, textOf: null, "What the event says. Kept as it is.");

    public static readonly EnvelopeMember RunId = new("run_id", isRequired: false, MemberRule.Id, envelope => envelope.RunId, "The run that it belongs to; taken from the payload when absent.");

    public static readonly EnvelopeMember ProjectId = new("project_id", isRequired: false, MemberRule.Id, envelope => envelope.ProjectId, "The project that it belongs to.");

    public static readonly EnvelopeMember AgentId = new("agent_id", isRequired: false, MemberRule.Text, envelope => envelope.AgentId, "The agent that caused it.");

    public static readonly EnvelopeMember Source = new("source", isRequired: false, MemberRule.Text, envelope => envelope.Source, "The foreign vocabulary that it was normalised from.");

    public static readonly EnvelopeMember SourceType = new("source_type", isRequired: false, MemberRule.Text, envelope => envelope.SourceType, "Its name in that vocabulary.");

    public static readonly EnvelopeMember ExecutionId = new("execution_id", isRequired: false, MemberRule.Text, envelope => envelope.ExecutionId, "The execution inside a session.");

    public static readonly EnvelopeMember Traceparent = new("traceparent", isRequired: false, MemberRule.TraceContext, envelope => envelope.Traceparent, "W3C trace context of the publisher.");

    public static readonly EnvelopeMember Publisher = new(
        "publisher", isRequired: false, MemberRule.Text, envelope => envelope.Publisher, "Who published it: the name of the key, the token's subject, or the maker and subject of the ticket. Written by the server alone: what a publisher sends counts for nothing.");

    private EnvelopeMember(string name, bool isRequired, MemberRule? rule, Func<Event, string?>? textOf, string description)
    {
        (Name, IsRequired, Rule, TextOf, Description) = (name, isRequired, rule, textOf, description);
        (Utf8, Encoded, Pointer) = (Encoding.ASCII.GetBytes(name), JsonEncodedText.Encode(name), $"/{name}");
        Index = Declared.Count;
        Declared.Add(this);
    }

    /// <summary>All of them.</summary>
    public static EnvelopeMember[] All { get; } = [.. Declared];

    /// <summary>Those that hold a text.</summary>
    public static EnvelopeMember[] Texts { get; } = [.. All.Where(member => member.TextOf is not null)];

    /// <summary>Those that an event may be without; they stand behind the required ones and hold a text.</summary>
    public static EnvelopeMember[] Optional { get; } = [.. All.Where(member => !member.IsRequired)];

    public string Name { get; }

    /// <summary>The name in UTF-8.</summary>
    public byte[] Utf8 { get; }

    /// <summary>The name as it is written.</summary>
    public JsonEncodedText Encoded { get; }

    /// <summary>The JSON pointer of the member.</summary>
    public string Pointer { get; }

    /// <summary>The place among <see cref="All"/>.</summary>
    public int Index { get; }

    /// <summary>Whether every stored event has it.</summary>
    public bool IsRequired { get; }

    /// <summary>The rule of its text; null when it holds no text.</summary>
    public MemberRule? Rule { get; }

    /// <summary>Its text in an event; null when it holds no text.</summary>
    public Func<Event, string?>? TextOf { get; }

    /// <summary>What it means, for publishers.</summary>
    public string Description { get; }

    /// <summary>Checks a text against the rule.</summary>
    /// <param name="text">The text; null when the member is absent.</param>
    /// <exception cref="EventRejectedException">Names the member and the rule.</exception>
    public void Check(string? text) => Check(text, Pointer);

    /// <inheritdoc cref="Check(string?)"/>
    /// <param name="text">The text; null when the member is absent.</param>
    /// <param name="pointer">What the message calls the member.</param>
    public void Check(string? text, string pointer)
    {
        if (text is null ? IsRequired : !Rule!.IsKept(text)) throw new EventRejectedException(pointer, Rule!.Words);
    }
}

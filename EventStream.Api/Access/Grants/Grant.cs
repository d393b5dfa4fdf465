using EventStream.Bus;

namespace EventStream.Api.Access.Grants;

/// <summary>One thing that a caller may do: <c>publish session:demo</c>.</summary>
/// <param name="Action">What may be done.</param>
/// <param name="Streams">To which streams.</param>
internal readonly record struct Grant(GrantAction Action, StreamPattern Streams)
{
    /// <summary>Says how grants are written, for messages about those that aren't.</summary>
    public const string Form = "write subscribe, publish, command or admin, a space, and session:ID, session:PREFIX*, project:ID, agent:NAME, broadcast or *, such as 'publish session:demo'";

    /// <summary>Reads a grant; null when it is none.</summary>
    public static Grant? TryParse(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var action, var streams] && ActionOf(action) is { } known && StreamPattern.TryParse(streams) is { } pattern
            ? new Grant(known, pattern)
            : null;

    public bool Allows(GrantAction action, StreamKey stream) => Action == action && Streams.Covers(stream);

    /// <summary>Whether who holds this grant may hand out another one.</summary>
    public bool Covers(Grant other) => Action == other.Action && Streams.Covers(other.Streams);

    public override string ToString() => $"{Action.Name()} {Streams}";

    private static GrantAction? ActionOf(string text) => text switch
    {
        "subscribe" => GrantAction.Subscribe,
        "publish" => GrantAction.Publish,
        "command" => GrantAction.Command,
        "admin" => GrantAction.Admin,
        _ => null,
    };
}

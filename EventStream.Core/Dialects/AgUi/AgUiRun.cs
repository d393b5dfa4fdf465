namespace EventStream.Dialects.AgUi;

/// <summary>The run that is being told.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ThreadId">The session.</param>
/// <param name="ParentId">The run that asked for it, when known.</param>
/// <param name="IsImplicit">Whether the events in it name no run.</param>
internal sealed record AgUiRun(string Id, string ThreadId, string? ParentId, bool IsImplicit)
{
    /// <summary>About how many bytes it takes.</summary>
    public long Bytes => sizeof(char) * (Subagents.Keys.Sum(run => (long)run.Length) + Steps.Sum(step => (long)step.Key.Length + step.Value.Name.Length));

    /// <summary>The runs of subagents that were started in it, in their order, and whether each is open.</summary>
    public OrderedDictionary<string, bool> Subagents { get; } = new(StringComparer.Ordinal);

    /// <summary>The open steps: the name that each was told by, and the subagent that it belongs to.</summary>
    public OrderedDictionary<string, (string Name, string? Owner)> Steps { get; } = new(StringComparer.Ordinal);
}

namespace EventStream.Dialects.AgUi;

/// <summary>What is known of a run, whether or not it is told.</summary>
/// <param name="ParentId">The run that asked for it.</param>
/// <param name="ParentToolCallId">The call of a tool that it serves.</param>
/// <param name="Agent">Who runs.</param>
/// <param name="IsOver">Whether nothing more of it is told: it has ended, or another run was told when it began.</param>
internal readonly record struct AgUiRunNote(string? ParentId, string? ParentToolCallId, string? Agent, bool IsOver)
{
    public int Length => (ParentId?.Length ?? 0) + (ParentToolCallId?.Length ?? 0) + (Agent?.Length ?? 0);
}

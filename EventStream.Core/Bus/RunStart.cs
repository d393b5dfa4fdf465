using EventStream.Events;

namespace EventStream.Bus;

/// <summary>What is kept of a run that goes on, or waits for somebody, longer than its start or request is in the log.</summary>
/// <param name="Agent">Its agent; null when that wasn't told, or is no name of one.</param>
/// <param name="ProjectId">Its project; null when it belongs to none.</param>
internal readonly record struct RunStart(string? Agent, string? ProjectId)
{
    /// <summary>Whether anything was told.</summary>
    public bool IsKnown => Agent is not null || ProjectId is not null;

    /// <summary>What the event tells that starts a run, or asks for it.</summary>
    public static RunStart Of(Event start) => new(Relays.AgentOf(start) ?? (start.AgentId is { } agent && EventRules.IsId(agent) ? agent : null), start.ProjectId);

    /// <summary>This, and what was told before where this says nothing.</summary>
    public RunStart Or(RunStart before) => IsKnown ? this : before;
}

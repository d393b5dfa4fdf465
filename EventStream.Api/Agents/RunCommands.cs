using System.Text.Json;
using EventStream.Api.Access;
using EventStream.Api.Access.Grants;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Sessions;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Agents;

/// <summary>Turns what people ask of agents into events of their session, once it is known that the session's runs allow it.</summary>
internal sealed class RunCommands(Decisions decisions, IOptions<AgentsOptions> options)
{
    /// <summary>Asks an agent for a run.</summary>
    /// <exception cref="RunConflictException">The run is another agent's.</exception>
    public Task<(AskedRun Run, bool IsNew)> AskAsync(CommandCaller caller, string runId, string agent, JsonElement? input, CancellationToken cancellationToken) => DecideAsync<(AskedRun, bool)>(caller, runId, (_, run) =>
    {
        if (run is { } known)
        {
            return known.Agent == agent ? (null, _ => (new AskedRun(runId, agent, 0, null), false))
                : throw new RunConflictException($"Run '{runId}' is one of {(known.Agent is null ? "no agent that is known" : $"the agent '{known.Agent}'")}; ask for another run.");
        }
        var request = new RunRequested { RunId = runId, Agent = agent, Input = input, RequestedBy = caller.Name };
        return (request, result => (new AskedRun(runId, agent, result!.AgentListeners, result.Receipts[0].Cursor.ToString()), true));
    }, options.Value.ClaimTimeout, cancellationToken);

    /// <summary>Says something to a run that goes on.</summary>
    /// <param name="caller">Who says it.</param>
    /// <param name="runId">The run.</param>
    /// <param name="say">Makes the command for the run's agent.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RunNotFoundException">The session knows no such run, and the caller names no agent.</exception>
    /// <exception cref="RunConflictException">The run has ended.</exception>
    public Task<EventReceipt> SayAsync(CommandCaller caller, string runId, Func<string?, CanonicalPayload> say, CancellationToken cancellationToken) => DecideAsync<EventReceipt>(caller, runId, (_, run) =>
        (say(OpenRun(run, caller, runId).Agent), result => result!.Receipts[0]), wait: null, cancellationToken);

    /// <summary>Answers a question of a run.</summary>
    /// <exception cref="RunNotFoundException">The session knows no such run or question.</exception>
    /// <exception cref="RunConflictException">The run has ended, or the question has its answer.</exception>
    public Task<EventReceipt> AnswerAsync(CommandCaller caller, string runId, string approvalId, bool approved, string? reason, CancellationToken cancellationToken) => DecideAsync<EventReceipt>(caller, runId, (state, known) =>
    {
        // Routing leaves a slash in an id as it was sent.
        var asked = state.Approval(runId, approvalId) ?? state.Approval(runId, approvalId = approvalId.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase));
        if (asked?.Approved is { } before)
            throw new RunConflictException($"'{approvalId}' was {(before ? "approved" : "refused")} already{(asked.AnsweredBy is { } who ? $", by {who}" : "")}; the first answer counts.");
        var run = OpenRun(known, caller, runId);
        // A question that has left the log with its run may wait all the same.
        if (asked is null && state.Run(runId) is not null) throw new RunNotFoundException($"Run '{runId}' has asked nothing by the approval_id '{EventRejectedException.Shown(approvalId)}'.");
        return (new ToolApprovalAnswered { ApprovalId = approvalId, RunId = runId, Approved = approved, Reason = reason, AnsweredBy = caller.Name, Agent = run.Agent }, result => result!.Receipts[0]);
    }, wait: null, cancellationToken);

    private static RunState OpenRun(RunState? known, CommandCaller caller, string runId) => known switch
    {
        // So many runs may have begun since that the bus knows it no more; its worker does.
        null when caller.Agent is { } agent => Named(caller, agent),
        null => throw new RunNotFoundException($"{caller.Stream} knows no run '{EventRejectedException.Shown(runId)}'; name its agent if it goes on all the same."),
        { IsEnded: true } => throw new RunConflictException($"Run '{runId}' has ended."),
        { } run => run,
    };

    private static RunState Named(CommandCaller caller, string agent)
    {
        AccessDeniedException.Require(caller.Caller, GrantAction.Command, StreamKey.Agent(agent));
        return new RunState("run_started", agent, Number: 0);
    }

    private Task<T> DecideAsync<T>(CommandCaller caller, string runId, Func<SessionState, RunState?, (CanonicalPayload? Command, Func<AppendResult?, T> Answer)> decide, TimeSpan? wait, CancellationToken cancellationToken) => decisions.DecideAsync<T>(caller, runId, (state, run) =>
    {
        var (command, answer) = decide(state, run);
        return (command is null ? [] : [new DecidedEvent(command)], result => result?.Receipts[0].Outcome == AppendOutcome.RunEnded ? throw new RunConflictException($"Run '{runId}' has ended.") : answer(result));
    }, wait, cancellationToken);
}

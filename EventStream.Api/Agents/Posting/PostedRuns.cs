using EventStream.Api.Access;
using EventStream.Api.Access.Grants;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Sessions;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Agents.Posting;

/// <summary>Asks for runs on behalf of clients that post their conversation, and lets those that post again join.</summary>
internal sealed class PostedRuns(Decisions decisions, IOptions<AgentsOptions> options)
{
    /// <summary>Asks for a run; one that the session knows, under its own id or the one that it goes on under, is joined.</summary>
    /// <exception cref="AccessDeniedException">The caller may not ask this agent in this session.</exception>
    /// <exception cref="RunConflictException">The run belongs to another conversation.</exception>
    /// <exception cref="EventRejectedException">A message is larger than an event may be.</exception>
    public Task<JoinedRun> AskAsync(CommandCaller caller, PostedRun posted, CancellationToken cancellationToken) => decisions.DecideAsync<JoinedRun>(caller, posted.RunId, (state, same) =>
    {
        if (Known(state, same, posted) is { } known) return ([], _ => known);
        AccessDeniedException.Require(caller.Caller, GrantAction.Command, caller.Stream);
        AccessDeniedException.Require(caller.Caller, GrantAction.Command, StreamKey.Agent(posted.Agent));
        return (posted.EventsFor(state, caller.Name), result => Asked(posted, result!.Receipts[^1]));
    }, options.Value.ClaimTimeout, cancellationToken);

    private static JoinedRun? Known(SessionState state, RunState? same, PostedRun posted)
    {
        var runId = same is not null ? posted.RunId : state.RunContinuedAs(posted.RunId);
        if (runId is null || (same ?? state.Run(runId)) is not { } run) return null;
        if (run.ThreadId is { } thread && posted.ThreadId is { } other && thread != other)
            throw new RunConflictException($"Run '{posted.RunId}' was asked for in the thread '{thread}', not in '{EventRejectedException.Shown(other)}'; post it with that threadId, or ask for another run.");
        return new JoinedRun(runId, AskedAt: null, run.IsEnded);
    }

    // The bus remembers runs longer than their events.
    private static JoinedRun Asked(PostedRun posted, EventReceipt receipt) =>
        receipt.Outcome == AppendOutcome.RunEnded ? new JoinedRun(posted.RunId, AskedAt: null, HasEnded: true) : new JoinedRun(posted.RunId, receipt.Cursor, HasEnded: false);
}

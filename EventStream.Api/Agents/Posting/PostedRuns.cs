using EventStream.Api.Access;
using EventStream.Api.Access.Grants;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
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

    /// <summary>Answers the questions of a run, which goes on under the posted id for who answers. What somebody has answered before stays.</summary>
    /// <exception cref="AccessDeniedException">The caller may not answer in this session.</exception>
    /// <exception cref="EventRejectedException">A question isn't known, or they are of several runs.</exception>
    public Task<JoinedRun> AnswerAsync(CommandCaller caller, PostedRun posted, IReadOnlyList<PostedAnswer> answers, CancellationToken cancellationToken) => decisions.DecideAsync<JoinedRun>(caller, posted.RunId, (state, same) =>
    {
        if (Known(state, same, posted) is { } known) return ([], _ => known);
        AccessDeniedException.Require(caller.Caller, GrantAction.Command, caller.Stream);
        var asked = answers.Select(answer => (Answer: answer, Asked: Question(state, answer))).ToList();
        var runId = asked[0].Asked.RunId;
        if (asked.FirstOrDefault(pair => pair.Asked.RunId != runId) is { Answer: { } other }) throw new EventRejectedException(other.Pointer, $"is a question of another run than {asked[0].Answer.Pointer}; answer one run at a time.");
        var run = state.Run(runId);
        var open = run is { IsEnded: true } ? [] : asked.Where(pair => pair.Asked.Approved is null).Select(pair => new DecidedEvent(new ToolApprovalAnswered
        {
            ApprovalId = pair.Asked.Id,
            RunId = runId,
            Approved = pair.Answer.IsApproved,
            Reason = pair.Answer.Reason,
            AnsweredBy = caller.Name,
            Agent = run?.Agent ?? pair.Asked.Agent,
            ContinuedAs = posted.RunId,
        })).ToList();
        return (open, _ => new JoinedRun(runId, AskedAt: null, run is { IsEnded: true }));
    }, wait: null, cancellationToken);

    private static Approval Question(SessionState state, PostedAnswer answer) =>
        state.NewestApproval(answer.Question) ?? throw new EventRejectedException(answer.Pointer, $"is '{EventRejectedException.Shown(answer.Question)}', which no run of this session has asked.");

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

using System.Security.Cryptography;
using System.Text;
using EventStream.Api.Access;
using EventStream.Api.Access.Grants;
using EventStream.Api.Agents;
using EventStream.Api.Agents.Posting;
using EventStream.Bus;
using EventStream.Events.Payloads;
using EventStream.Sessions;
using EventStream.Sources;

namespace EventStream.Api.AiSdk;

/// <summary>What a chat asks of its session's runs.</summary>
internal sealed class Chats(SourceIngest states, PostedRuns posted, RunCommands commands)
{
    /// <summary>Asks for a run, joins the one that was asked for by the same post, or answers the questions of one.</summary>
    /// <exception cref="RunConflictException">The run that the last message belongs to goes on.</exception>
    public async Task<ChatRun> PostAsync(CommandCaller caller, ChatBody body, string agent, CancellationToken cancellationToken)
    {
        AccessDeniedException.Require(caller.Caller, GrantAction.Subscribe, caller.Stream);
        AccessDeniedException.Require(caller.Caller, GrantAction.Command, caller.Stream);
        var state = await states.ReadStateAsync(caller.Stream, cancellationToken);
        var last = body.Messages[^1];
        if (!body.IsAnew && last.Role == "assistant")
        {
            if (body.Approvals().ToList() is { Count: > 0 } answers) return await AnswerAsync(caller, last.Id, answers, cancellationToken);
            if (state.Run(last.Id) is { IsEnded: false }) throw new RunConflictException($"Run '{last.Id}' goes on, and holds more than the last message; call resumeStream() to read it.");
        }
        // A repeated post asks for the same run, unless that has failed, or nothing is left of it in the log.
        for (var attempt = 1; ; attempt++)
        {
            var runId = RunIdOf(body, attempt);
            if (state.Run(runId) is { IsEnded: true, LastType: not "run_completed" }) continue;
            var joined = await posted.AskAsync(caller, new PostedRun { RunId = runId, Agent = agent, Messages = body.Messages, Others = body.Others }, cancellationToken);
            if (!joined.HasEnded || state.Run(runId) is not null) return new ChatRun(joined.RunId, joined.AskedAt?.Previous, joined.AskedAt is not null);
        }
    }

    /// <summary>The run to resume: the newest that hasn't ended and that no other run asked for.</summary>
    public async Task<string?> OpenRunAsync(StreamKey stream, CancellationToken cancellationToken) => OpenRun(await states.ReadStateAsync(stream, cancellationToken));

    /// <summary>Asks a run to stop.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="named">The run that is meant, when it is one; otherwise the newest is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The run; null when none was going on.</returns>
    public async Task<string?> StopAsync(CommandCaller caller, string? named, CancellationToken cancellationToken)
    {
        var state = await states.ReadStateAsync(caller.Stream, cancellationToken);
        if ((named is not null && state.Run(named) is not null ? named : OpenRun(state)) is not { } runId) return null;
        try
        {
            await commands.SayAsync(caller, runId, agent => new RunInterruptRequested { RunId = runId, Reason = "user_stop", RequestedBy = caller.Name, Agent = agent }, cancellationToken);
            return runId;
        }
        catch (RunConflictException)
        {
            // It has ended.
            return null;
        }
    }

    private static string? OpenRun(SessionState state) => state.Runs.Where(run => run.Value is { IsEnded: false, ParentRunId: null }).Select(run => run.Key).LastOrDefault();

    private async Task<ChatRun> AnswerAsync(CommandCaller caller, string runId, List<ChatApproval> answers, CancellationToken cancellationToken)
    {
        var state = await states.ReadStateAsync(caller.Stream, cancellationToken);
        foreach (var answer in answers)
        {
            // The first answer counts, and a run that has ended needs none: the client reads on, and is told.
            if (state.Approval(runId, answer.Id) is { Approved: not null } || state.Run(runId) is { IsEnded: true }) continue;
            try
            {
                await commands.AnswerAsync(caller, runId, answer.Id, answer.IsApproved, answer.Reason, cancellationToken);
            }
            catch (RunConflictException)
            {
                // Somebody else was faster.
            }
        }
        // The client holds what was told up to its questions.
        return new ChatRun(runId, answers.Select(answer => state.Approval(runId, answer.Id)?.AskedAt).Max(), IsNew: false);
    }

    private static string RunIdOf(ChatBody body, int attempt) =>
        body.IsAnew ? $"run-{Guid.CreateVersion7():N}" : $"run-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{body.Messages.Count}\n{attempt}\n{body.Last.GetRawText()}")).AsSpan(0, 16))}";
}

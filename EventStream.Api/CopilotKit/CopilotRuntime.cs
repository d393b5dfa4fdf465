using EventStream.Api.Access;
using EventStream.Api.Access.Grants;
using EventStream.Api.Access.Limits;
using EventStream.Api.Agents;
using EventStream.Api.Agents.Posting;
using EventStream.Api.AgUi;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Events.Payloads;
using EventStream.Sources;

namespace EventStream.Api.CopilotKit;

/// <summary>Answers what frontends of CopilotKit ask of its runtime: their thread is the session.</summary>
internal sealed class CopilotRuntime(AgUiStreams streams, RunCommands commands, SourceIngest states, DialectSettings settings, CallerOf callers, CallerLimits limits)
{
    /// <summary>Asks an agent for a run, or joins it.</summary>
    public Task<IResult> RunAsync(HttpContext context, string agent, AgUiInput input, CancellationToken cancellationToken)
    {
        Require(agent);
        return streams.RunAsync(context, Session(context, input.ThreadId, "/threadId"), agent, input, cancellationToken);
    }

    /// <summary>Tells the thread, and the run that goes on in it.</summary>
    public async Task<IResult> ConnectAsync(HttpContext context, string agent, AgUiInput input, CancellationToken cancellationToken)
    {
        Require(agent);
        var stream = Session(context, input.ThreadId, "/threadId");
        var state = await states.ReadStateAsync(stream, cancellationToken);
        var open = state.Runs.Where(run => run.Value is { IsEnded: false, ParentRunId: null }).Select(run => run.Key).LastOrDefault();
        return streams.Connect(stream, open, input);
    }

    /// <summary>Asks the thread's run to stop.</summary>
    /// <param name="context">The request; its body is read.</param>
    /// <param name="agent">Whose run it is.</param>
    /// <param name="threadId">The thread.</param>
    /// <param name="runId">The run; null for the one that goes on.</param>
    /// <param name="cancellationToken">Ends the wait for the bus.</param>
    /// <returns>Whether there was one that went on.</returns>
    public async Task<bool> StopAsync(HttpContext context, string agent, string threadId, string? runId, CancellationToken cancellationToken)
    {
        Require(agent);
        var stream = Session(context, threadId, "threadId");
        var caller = CommandCaller.Of(context, stream, callers, limits);
        AccessDeniedException.Require(caller.Caller, GrantAction.Command, stream);
        var state = await states.ReadStateAsync(stream, cancellationToken);
        var wanted = runId is null || state.Run(runId) is not null ? runId : state.RunContinuedAs(runId);
        var open = state.Runs.Where(run => run.Value is { IsEnded: false, ParentRunId: null } && (runId is null || run.Key == wanted)).Select(run => run.Key).LastOrDefault();
        if (open is null) return false;
        try
        {
            await commands.SayAsync(caller, open, runner => new RunInterruptRequested { RunId = open, Reason = "user_stop", RequestedBy = caller.Name, Agent = runner }, cancellationToken);
            return true;
        }
        catch (RunConflictException)
        {
            // It has ended meanwhile.
            return false;
        }
    }

    private StreamKey Session(HttpContext context, string threadId, string pointer)
    {
        EventRules.CheckSessionId(pointer, threadId);
        var stream = StreamKey.Session(threadId);
        AccessDeniedException.Require(callers.Get(context), GrantAction.Subscribe, stream);
        return stream;
    }

    private void Require(string agent)
    {
        if (!settings.Agents.Contains(agent))
            throw new RunNotFoundException($"There is no agent '{EventRejectedException.Shown(agent)}'; it is {string.Join(" or ", settings.Agents)}. Name it in Dialects:Agents.");
    }
}

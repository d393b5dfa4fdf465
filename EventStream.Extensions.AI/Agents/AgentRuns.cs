using EventStream.Agents;
using EventStream.Extensions.AI.Telling;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace EventStream.Extensions.AI.Agents;

/// <summary>Lets an agent do the runs that people ask for.</summary>
internal sealed class AgentRuns(AIAgent agent, ILogger logger)
{
    private readonly AgentThreads _threads = new();

    public async Task RunAsync(RunContext run, CancellationToken stop)
    {
        var messages = RunInput.Read(run.Input);
        var thread = _threads.Of(run.SessionId);
        // The run's end says what was thrown.
        using var turn = new Turn(run.Events, logger, self: agent.Name, tellsFaults: false);
        try
        {
            thread.Session ??= await BeginAsync(run.SessionId, stop).ConfigureAwait(false);
            await RunAsync(run, turn, thread, [.. Refused(thread, turn), .. messages], stop).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Questions that stay open belong to no stream of updates.
            await turn.CutAsync(e, stop).ConfigureAwait(false);
            throw;
        }
    }

    // A history that outlives the process needs to know whose it is.
    private async Task<AgentSession> BeginAsync(string sessionId, CancellationToken stop)
    {
        var session = await agent.CreateSessionAsync(stop).ConfigureAwait(false);
        session.StateBag.SetValue("eventstream.session_id", sessionId);
        return session;
    }

    private async Task RunAsync(RunContext run, Turn turn, AgentThread thread, IReadOnlyList<ChatMessage> messages, CancellationToken stop)
    {
        while (true)
        {
            var updates = new List<ChatResponseUpdate>();
            await foreach (var update in turn.TellAsync(agent.RunStreamingAsync(messages, thread.Session, options: null, stop).AsChatResponseUpdatesAsync(), stop).ConfigureAwait(false))
            {
                updates.Add(update);
                thread.Unanswered.AddRange(update.Contents.OfType<ToolApprovalRequestContent>());
            }
            var answers = await Task.WhenAll(thread.Unanswered.Select(question => run.ApproveAsync(question))).ConfigureAwait(false);
            thread.Unanswered.Clear();
            messages = [.. Message(answers), .. Steering(run)];
            if (messages.Count > 0) continue;
            if (updates.ToChatResponse().Messages.LastOrDefault(message => message.Text.Length > 0) is { } last) run.Output = ToolJson.Beginning(last.Text);
            return;
        }
    }

    // What people said meanwhile is the next message to the agent.
    private static IEnumerable<ChatMessage> Steering(RunContext run)
    {
        while (run.Steering.TryRead(out var message)) yield return new ChatMessage(ChatRole.User, message);
    }

    private static IEnumerable<ChatMessage> Message(IReadOnlyList<AIContent> answers) => answers.Count > 0 ? [new ChatMessage(ChatRole.User, [.. answers])] : [];

    private static List<ChatMessage> Refused(AgentThread thread, Turn turn)
    {
        if (thread.Unanswered.Count == 0) return [];
        // The run that asked has told how these ended.
        foreach (var question in thread.Unanswered) turn.Calls.Settle(question.ToolCall.CallId);
        var answers = thread.Unanswered.ConvertAll<AIContent>(question => question.CreateResponse(approved: false, "The run was stopped before anybody answered."));
        thread.Unanswered.Clear();
        return [.. Message(answers)];
    }
}

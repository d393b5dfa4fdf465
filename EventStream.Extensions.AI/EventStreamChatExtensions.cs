using System.Runtime.CompilerServices;
using EventStream.Agents;
using EventStream.Dispatching;
using EventStream.Extensions.AI.Chat;
using EventStream.Extensions.AI.Telling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Microsoft.Extensions.AI;

/// <summary>Puts chats on an event stream.</summary>
public static class EventStreamChatExtensions
{
    /// <summary>Publishes what passes through a chat client: messages, thoughts, tool calls with their results, usage, reasons to stop, errors.</summary>
    /// <remarks>
    /// A call is told in the run that its options name (<see cref="PublishTo(ChatOptions, RunPublisher)"/>), else in the run of the agent whose handler makes it, else as a run of its own in the session.
    /// Without any of them nothing is published, which the log says once.
    /// It may stand on either side of <see cref="FunctionInvokingChatClient"/>, or on both; each call and each result is told once. Before <c>UseFunctionInvocation</c>, the outer side, is better: a turn with
    /// its tool calls is then one, and calls are ended when it is cut. Behind it the result of a call is told when the model is asked again.
    /// A publisher that fails, or is full for longer than 2 seconds, never breaks the chat: events are left out, and the log says so.
    /// </remarks>
    /// <example><code>
    /// var client = model.AsBuilder().UseEventStream(dispatcher).UseFunctionInvocation().Build();
    /// await foreach (var update in client.GetStreamingResponseAsync("Hello", new ChatOptions().PublishTo(dispatcher.ForSession("demo")))) Console.Write(update);
    /// </code></example>
    /// <param name="builder">The pipeline.</param>
    /// <param name="dispatcher">What publishes; null takes that of the services that the pipeline is built with.</param>
    /// <param name="sessionId">The session of calls that name none and that no agent makes: each is a run of its own there.</param>
    /// <param name="loggerFactory">Gets a line when something can't be published; null takes that of the services.</param>
    public static ChatClientBuilder UseEventStream(this ChatClientBuilder builder, EventDispatcher? dispatcher = null, string? sessionId = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Use((inner, services) => new EventStreamChatClient(
            inner,
            dispatcher ?? services.GetRequiredService<EventDispatcher>(),
            sessionId,
            (loggerFactory ?? services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<EventStreamChatClient>()));
    }

    /// <summary>Tells the call in a run, whose start and end are told elsewhere. For clients with <see cref="UseEventStream"/>.</summary>
    /// <returns>The options.</returns>
    public static ChatOptions PublishTo(this ChatOptions options, RunPublisher run) => ChatTarget.Put(options, run);

    /// <summary>Tells the call as a run of its own in a session. For clients with <see cref="UseEventStream"/>.</summary>
    /// <returns>The options.</returns>
    public static ChatOptions PublishTo(this ChatOptions options, SessionPublisher session) => ChatTarget.Put(options, session);

    /// <summary>Publishes updates while they pass, in a run whose start and end are told elsewhere.</summary>
    /// <remarks>It is told as <see cref="UseEventStream"/> tells it; of both only this one speaks. What is open ends when the caller stops reading, too.</remarks>
    /// <param name="updates">What a chat client streams.</param>
    /// <param name="run">The run.</param>
    /// <param name="logger">Gets a line when something can't be published.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public static async IAsyncEnumerable<ChatResponseUpdate> PublishTo(this IAsyncEnumerable<ChatResponseUpdate> updates, RunPublisher run, ILogger? logger = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(updates);
        using var turn = new Turn(run, logger ?? NullLogger.Instance);
        await foreach (var update in turn.TellAsync(updates, cancellationToken).ConfigureAwait(false)) yield return update;
    }

    /// <summary>Asks people whether a tool may be called that requires it, and waits for the first answer.</summary>
    /// <remarks>Arguments that are too large for an event are shown by their beginning: <c>args_raw</c>, with <c>args_truncated</c>.</remarks>
    /// <returns>The answer, to be sent to the model as a message's content.</returns>
    /// <inheritdoc cref="RunContext.ApproveAsync"/>
    /// <param name="run">The run that waits.</param>
    /// <param name="request">The question, as the chat client gave it.</param>
    /// <param name="reason">Why it asks.</param>
    public static async Task<ToolApprovalResponseContent> ApproveAsync(this RunContext run, ToolApprovalRequestContent request, string? reason = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(request);
        var given = request.ToolCall.CallId;
        var known = CallLog.Of(run.Events).Find(run.Events, given);
        var (name, arguments) = request.ToolCall switch
        {
            FunctionCallContent function => (function.Name, function.Arguments),
            McpServerToolCallContent mcp => (mcp.Name, mcp.Arguments),
            _ => (known?.Name ?? "tool", null),
        };
        var args = ToolJson.Of(arguments ?? new Dictionary<string, object?>(), out var isCut);
        var answer = await run.ApproveAsync(known?.Id ?? given, name, isCut ? new Dictionary<string, object> { ["args_raw"] = args, ["args_truncated"] = true } : args, reason).ConfigureAwait(false);
        if (known is not null && !answer.IsApproved) known.IsBlocked = true;
        return request.CreateResponse(answer.IsApproved, answer.Reason);
    }
}

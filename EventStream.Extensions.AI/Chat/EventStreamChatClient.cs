using System.Runtime.CompilerServices;
using EventStream.Agents;
using EventStream.Dispatching;
using EventStream.Extensions.AI.Telling;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace EventStream.Extensions.AI.Chat;

/// <summary>Publishes what passes through it.</summary>
internal sealed partial class EventStreamChatClient(IChatClient innerClient, EventDispatcher dispatcher, string? sessionId, ILogger logger) : DelegatingChatClient(innerClient)
{
    private bool _hasSaidNowhere;

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using var turn = Open(ref options);
        if (turn is null) return await base.GetResponseAsync(messages, options, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ChatMessage> request = [.. messages];
        await turn.BeginAsync(request).ConfigureAwait(false);
        ChatResponse response;
        try
        {
            TurnScope.Enter();
            response = await base.GetResponseAsync(request, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await turn.CutAsync(e, cancellationToken).ConfigureAwait(false);
            throw;
        }
        await turn.TellAsync(response).ConfigureAwait(false);
        await turn.EndAsync().ConfigureAwait(false);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using var turn = Open(ref options);
        IReadOnlyList<ChatMessage> request = [.. messages];
        if (turn is not null) await turn.BeginAsync(request).ConfigureAwait(false);
        var updates = base.GetStreamingResponseAsync(request, options, cancellationToken);
        await foreach (var update in (turn is null ? updates : turn.TellAsync(updates, cancellationToken)).ConfigureAwait(false)) yield return update;
    }

    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(EventStreamChatClient) ? this : base.GetService(serviceType, serviceKey);

    private Turn? Open(ref ChatOptions? options)
    {
        var target = ChatTarget.Take(ref options);
        // An outer publisher of the same pipeline tells it.
        if (TurnScope.IsTold) return null;
        if (target is RunPublisher run) return new Turn(run, logger);
        if (target is SessionPublisher session) return new Turn(NewRun(session), logger, isRun: true);
        if (RunContext.Current is { } hosted) return new Turn(hosted.Events, logger);
        if (sessionId is not null) return new Turn(NewRun(dispatcher.ForSession(sessionId)), logger, isRun: true);
        if (!_hasSaidNowhere) LogNowhere();
        _hasSaidNowhere = true;
        return null;
    }

    private static RunPublisher NewRun(SessionPublisher session) => session.ForRun($"run_{Guid.CreateVersion7():N}");

    [LoggerMessage(3302, LogLevel.Warning, "A chat isn't published, since it belongs to no session: give ChatOptions.PublishTo(run), or UseEventStream a session, or chat inside of an agent's run.", EventName = "ChatWithoutSession")]
    private partial void LogNowhere();
}

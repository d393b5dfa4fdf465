using System.Runtime.CompilerServices;
using EventStream.Dispatching;
using EventStream.Events.Payloads;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace EventStream.Extensions.AI.Telling;

/// <summary>One turn of a chat as events: the model's responses, and the tool calls between them. Nothing in it throws.</summary>
internal sealed class Turn : IDisposable
{
    private readonly RunPublisher _run;
    private readonly bool _isRun;
    private readonly bool _tellsFaults;
    private readonly QuietPublisher _publisher;
    private readonly TurnTexts _texts;
    private readonly TurnOutcome _outcome = new();

    /// <summary>A turn that tells nothing yet.</summary>
    /// <param name="run">The run that it is told in.</param>
    /// <param name="logger">Gets a line when something can't be told.</param>
    /// <param name="isRun">Whether the turn is the whole run, whose start and end it tells.</param>
    /// <param name="self">How the run's agent calls itself; null when that isn't known.</param>
    /// <param name="tellsFaults">Whether what the chat throws is told; false when the run's end tells it.</param>
    public Turn(RunPublisher run, ILogger logger, bool isRun = false, string? self = null, bool tellsFaults = true)
    {
        (_run, _isRun, _tellsFaults) = (run, isRun, tellsFaults);
        _publisher = new QuietPublisher(run, logger);
        (_texts, Calls) = (new TurnTexts(_publisher, self), new TurnCalls(_publisher));
    }

    public TurnCalls Calls { get; }

    public ValueTask BeginAsync(IReadOnlyList<ChatMessage> request) => _publisher.TryAsync(async () =>
    {
        if (_isRun) await _publisher.PublishAsync(new RunStarted { RunId = _run.RunId }).ConfigureAwait(false);
        await Calls.EndThoseOfAsync(request).ConfigureAwait(false);
    });

    /// <summary>Tells a stream of updates while it passes.</summary>
    public async IAsyncEnumerable<ChatResponseUpdate> TellAsync(IAsyncEnumerable<ChatResponseUpdate> updates, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Exception? fault = null;
        var isWhole = false;
        var source = updates.GetAsyncEnumerator(cancellationToken);
        try
        {
            while (true)
            {
                ChatResponseUpdate update;
                try
                {
                    TurnScope.Enter();
                    if (!await source.MoveNextAsync().ConfigureAwait(false)) break;
                    update = source.Current;
                }
                catch (Exception e)
                {
                    fault = e;
                    throw;
                }
                await TellAsync(update).ConfigureAwait(false);
                yield return update;
            }
            isWhole = true;
        }
        finally
        {
            if (isWhole) await EndAsync().ConfigureAwait(false);
            else await CutAsync(fault, cancellationToken).ConfigureAwait(false);
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Tells a whole response.</summary>
    public async ValueTask TellAsync(ChatResponse response)
    {
        foreach (var message in response.Messages)
        {
            await TellAsync(new ChatResponseUpdate(message.Role, message.Contents) { AuthorName = message.AuthorName, MessageId = message.MessageId }).ConfigureAwait(false);
            await _publisher.TryAsync(_texts.EndAllAsync).ConfigureAwait(false);
        }
        List<AIContent> usage = response.Usage is { } details ? [new UsageContent(details)] : [];
        await TellAsync(new ChatResponseUpdate { Contents = usage, FinishReason = response.FinishReason, ModelId = response.ModelId }).ConfigureAwait(false);
    }

    /// <summary>The turn is over.</summary>
    public ValueTask EndAsync() => _publisher.TryAsync(async () =>
    {
        _publisher.RenewPatience();
        await _texts.EndAllAsync().ConfigureAwait(false);
        if (!_isRun) await TellOutcomeAsync().ConfigureAwait(false);
        else await _publisher.PublishAsync(new RunCompleted { RunId = _run.RunId, Usage = _outcome.Total, StopReason = _outcome.StopReason, Agent = _run.AgentId }).ConfigureAwait(false);
    });

    /// <summary>The turn was cut in the middle: what is open ends with what it has.</summary>
    public ValueTask CutAsync(Exception? fault, CancellationToken cancellationToken) => _publisher.TryAsync(async () =>
    {
        _publisher.RenewPatience();
        await _texts.EndAllAsync().ConfigureAwait(false);
        await Calls.CancelAsync().ConfigureAwait(false);
        if (fault is null || (fault is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            if (_isRun) await _publisher.PublishAsync(new RunCancelled { RunId = _run.RunId }).ConfigureAwait(false);
            return;
        }
        var (type, words) = (fault.GetType().Name, fault.Message.Length > 0 ? ToolJson.Beginning(fault.Message) : fault.GetType().Name);
        if (_isRun) await _publisher.PublishAsync(new RunFailed { RunId = _run.RunId, Error = words, ErrorType = type, Agent = _run.AgentId }).ConfigureAwait(false);
        else if (_tellsFaults) await _publisher.PublishAsync(new RunError { ErrorType = type, Message = words, Agent = _run.AgentId }).ConfigureAwait(false);
    });

    public void Dispose() => _publisher.Dispose();

    private ValueTask TellAsync(ChatResponseUpdate update) => _publisher.TryAsync(async () =>
    {
        // Results end one response of the model; the next one is to come.
        if (update.Role == ChatRole.Tool) await TellOutcomeAsync().ConfigureAwait(false);
        await _texts.MoveToAsync(update).ConfigureAwait(false);
        foreach (var content in update.Contents) await TellAsync(content).ConfigureAwait(false);
        _outcome.Add(update);
        if (update.FinishReason is null) return;
        if (update.MessageId is { Length: > 0 }) await _texts.EndCurrentAsync().ConfigureAwait(false);
        else await _texts.EndAllAsync().ConfigureAwait(false);
    });

    private async ValueTask TellAsync(AIContent content)
    {
        switch (content)
        {
            case TextContent text:
                await _texts.SayAsync(text.Text ?? "").ConfigureAwait(false);
                break;
            case TextReasoningContent thought:
                await _texts.ThinkAsync(thought.Text ?? "").ConfigureAwait(false);
                break;
            case ErrorContent error when string.Equals(error.ErrorCode, "refusal", StringComparison.OrdinalIgnoreCase):
                await _texts.SayAsync(error.Message ?? "", isRefusal: true).ConfigureAwait(false);
                break;
            case ErrorContent error:
                await _publisher.PublishAsync(new RunError { ErrorType = error.ErrorCode is { Length: > 0 } code ? code : "error", Message = ToolJson.Beginning(error.Message ?? error.Details ?? "unknown"), Agent = _run.AgentId }).ConfigureAwait(false);
                break;
            case ToolCallContent call:
                await BeginCallAsync(call).ConfigureAwait(false);
                break;
            case ToolApprovalRequestContent request:
                await BeginCallAsync(request.ToolCall).ConfigureAwait(false);
                break;
            case ToolResultContent result:
                await Calls.EndAsync(result).ConfigureAwait(false);
                break;
            case DataContent or UriContent:
                await _publisher.PublishAsync(OtherContent.Of(content)).ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask BeginCallAsync(ToolCallContent call)
    {
        await _texts.EndCurrentAsync().ConfigureAwait(false);
        await Calls.BeginAsync(call).ConfigureAwait(false);
    }

    private async ValueTask TellOutcomeAsync()
    {
        if (_outcome.IsKnown) await _publisher.PublishAsync(new RunUpdated { RunId = _run.RunId, Agent = _run.AgentId, Others = _outcome.Take() }).ConfigureAwait(false);
    }
}

using EventStream.Dispatching;
using EventStream.Events.Payloads;
using Microsoft.Extensions.Logging;

namespace EventStream.Extensions.AI.Telling;

/// <summary>Publishes for a chat that goes on whatever becomes of its events: what fails is logged once, never thrown.</summary>
internal sealed partial class QuietPublisher(RunPublisher run, ILogger logger) : IDisposable
{
    // A dispatcher that has no room for so long has lost its bus, and the chat matters more than its events.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private CancellationTokenSource _waiting = new();
    private bool _hasFailed;

    public RunPublisher Run => run;

    public async ValueTask PublishAsync(CanonicalPayload payload)
    {
        try
        {
            var queued = run.PublishAsync(payload, _waiting.Token);
            if (!queued.IsCompleted) _waiting.CancelAfter(Patience);
            await queued.ConfigureAwait(false);
            _waiting.TryReset();
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>Does something that must not disturb the chat either.</summary>
    public async ValueTask TryAsync(Func<ValueTask> tell)
    {
        try
        {
            await tell().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Fail(e);
        }
    }

    /// <summary>Waits anew, for events that end what others began.</summary>
    public void RenewPatience()
    {
        if (!_waiting.IsCancellationRequested) return;
        _waiting.Dispose();
        _waiting = new CancellationTokenSource();
    }

    public void Dispose() => _waiting.Dispose();

    private void Fail(Exception e)
    {
        if (_hasFailed) return;
        _hasFailed = true;
        LogFailed(run.RunId, run.SessionId, e.Message, e);
    }

    [LoggerMessage(3301, LogLevel.Warning, "Events of run {Run} in session {Session} couldn't be published, so viewers miss some; the chat goes on: {Reason}", EventName = "ChatNotTold")]
    private partial void LogFailed(string run, string session, string reason, Exception exception);
}

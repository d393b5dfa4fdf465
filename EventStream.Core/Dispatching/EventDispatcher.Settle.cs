using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    // A run that ended while its agent goes on publishing would otherwise fill the log with lines.
    private static readonly TimeSpan FailureLinePeriod = TimeSpan.FromMinutes(1);

    private long? _lastFailureLine;
    private long _unloggedFailures;

    private void Settle(List<QueuedEvent> batch, AppendResult result)
    {
        List<Event>? refused = null;
        for (var i = 0; i < batch.Count; i++)
        {
            var receipt = result.Receipts[i];
            var (envelope, confirmation) = (batch[i].Event, batch[i].Confirmation);
            if (receipt.Outcome != AppendOutcome.RunEnded)
                confirmation?.TrySetResult(receipt);
            else if (confirmation is null || !confirmation.TrySetException(new RunEndedException(envelope.RunId)))
                (refused ??= []).Add(envelope);
        }
        Release(batch, refused is null ? [] : [.. refused.GroupBy(e => e.RunId).Select(run => new DispatchFailure([.. run], new RunEndedException(run.Key)))]);
    }

    private void GiveUp(List<QueuedEvent> batch, Exception exception)
    {
        var unconfirmed = new List<Event>();
        foreach (var queued in batch)
        {
            if (queued.Confirmation is null || !queued.Confirmation.TrySetException(exception)) unconfirmed.Add(queued.Event);
        }
        Release(batch, unconfirmed.Count == 0 ? [] : [new DispatchFailure(unconfirmed, exception)]);
    }

    /// <summary>The batch is done with: failures are told before a flush returns, and its room is given to those who wait.</summary>
    private void Release(List<QueuedEvent> batch, IReadOnlyList<DispatchFailure> failures)
    {
        foreach (var failure in failures)
        {
            Tell(nameof(DispatcherOptions.OnFailed), () => _options.OnFailed?.Invoke(failure));
            LogFailure(failure);
        }
        long droppedInEpisode = 0;
        lock (_lock)
        {
            foreach (var failure in failures) _failures.AddNeedsLock(failure);
            foreach (var queued in batch)
            {
                _room.ReleaseNeedsLock(queued);
                queued.FlushPoint.FinishNeedsLock();
            }
            while (_room.AdmitNeedsLock() is { } waiting)
            {
                AddToLaneNeedsLock(waiting.Queued);
                waiting.Admit();
            }
            if (_room.IsHalfEmptyNeedsLock) droppedInEpisode = _dropped.EndNeedsLock();
        }
        if (droppedInEpisode > 0) Log.DeltasTakenAgain(_logger, droppedInEpisode);
    }

    private void LogFailure(DispatchFailure failure)
    {
        long count;
        lock (_lock)
        {
            _unloggedFailures += failure.Events.Count;
            if (_lastFailureLine is { } last && _time.GetElapsedTime(last) < FailureLinePeriod) return;
            _lastFailureLine = _time.GetTimestamp();
            (count, _unloggedFailures) = (_unloggedFailures, 0);
        }
        Log.EventsGivenUp(_logger, count, failure.Events[0].SessionId, failure.Exception);
    }

    private void Tell(string callback, Action call)
    {
        try
        {
            call();
        }
        catch (Exception e)
        {
            // The callback is the user's; its lane must go on.
            Log.CallbackThrew(_logger, callback, e);
        }
    }
}

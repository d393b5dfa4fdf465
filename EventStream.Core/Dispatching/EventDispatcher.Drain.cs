using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Dispatching;

public sealed partial class EventDispatcher
{
    private readonly Outage _outage = new();
    private long _lastSequence;

    private async Task DrainAsync(Lane lane)
    {
        while (NextBatch(lane) is { } batch) await SendAsync(lane, batch).ConfigureAwait(false);
    }

    private List<QueuedEvent>? NextBatch(Lane lane)
    {
        lock (_lock)
        {
            if (!lane.IsEmptyNeedsLock) return lane.TakeBatchNeedsLock();
            _lanes.Remove(lane.Stream.Id);
            return null;
        }
    }

    private async Task SendAsync(Lane lane, List<QueuedEvent> batch)
    {
        var request = RequestFor(lane, batch);
        AppendResult result;
        try
        {
            result = await AppendAsync(lane, request).ConfigureAwait(false);
        }
        catch (EventRejectedException) when (batch.Count > 1)
        {
            // Nothing of the batch was stored. Sending its halves finds the event at fault and stores the others, still in order.
            var half = batch.Count / 2;
            await SendAsync(lane, batch.GetRange(0, half)).ConfigureAwait(false);
            await SendAsync(lane, batch.GetRange(half, batch.Count - half)).ConfigureAwait(false);
            return;
        }
        catch (OperationCanceledException e) when (_givingUp.IsCancellationRequested)
        {
            GiveUp(lane, batch, Disposed(e));
            return;
        }
        catch (Exception e)
        {
            // An appender may throw anything: it ends this batch, never the lane.
            GiveUp(lane, batch, e);
            return;
        }
        Invoke(nameof(DispatcherOptions.OnAppended), () => _options.OnAppended?.Invoke(request, result));
        Complete(batch, result);
    }

    private AppendRequest RequestFor(Lane lane, List<QueuedEvent> batch) => new()
    {
        Stream = lane.Stream,
        Events = batch.ConvertAll(queued => queued.Event),
        Broadcast = batch[0].Kind.Broadcast,
        Claim = batch[0].Kind.Claim,
        Lease = batch[0].Kind.Lease,
        // One count for all sessions: the lane of a session may end and begin again, and its numbers must never start over.
        Producer = batch[0].Kind.HasCallerId ? null : new ProducerPosition(ProducerId, Interlocked.Add(ref _lastSequence, batch.Count) - batch.Count + 1),
    };

    private async Task<AppendResult> AppendAsync(Lane lane, AppendRequest request)
    {
        var append = AppendRetry.AppendAsync(_appender, request, _options.RetryBudget, _time, e => OnUnavailable(lane, e), cancellationToken: _givingUp.Token).AsTask();
        var result = await append.WaitAsync(_givingUp.Token).ConfigureAwait(false);
        OnAnswered(lane);
        return result.Receipts.Count == request.Events.Count
            ? result
            : throw new InvalidOperationException($"The bus answered {result.Receipts.Count} receipts for {request.Events.Count} events.");
    }

    private BusUnavailableException Disposed(OperationCanceledException cancelled)
    {
        Exception? cause;
        lock (_lock) cause = _outage.Cause;
        return cause is null
            ? new BusUnavailableException("The dispatcher was disposed before all streams of the event were known to hold it.", cancelled)
            : new BusUnavailableException($"The dispatcher was disposed while the bus didn't answer. {cause.Message}", cause);
    }

    private void OnUnavailable(Lane lane, BusUnavailableException exception)
    {
        bool begins;
        lock (_lock) begins = _outage.BeginNeedsLock(lane, exception);
        if (begins) Log.BusStoppedAnswering(_logger, _options.RetryBudget, exception.Message);
    }

    private void OnAnswered(Lane lane)
    {
        bool ends;
        lock (_lock) ends = _outage.EndNeedsLock(lane);
        if (!ends) return;
        TellGivenUp();
        Log.BusAnswersAgain(_logger);
    }
}

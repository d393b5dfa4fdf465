namespace EventStream.Dispatching;

/// <summary>A publisher for whose event there was no room.</summary>
internal sealed class WaitingCaller(QueuedEvent queued)
{
    private readonly TaskCompletionSource _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public QueuedEvent Queued => queued;

    public Task Admitted => _admitted.Task;

    public void Admit() => _admitted.TrySetResult();

    public void Cancel(CancellationToken cancellationToken) => _admitted.TrySetCanceled(cancellationToken);
}

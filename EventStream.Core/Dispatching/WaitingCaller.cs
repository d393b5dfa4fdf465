namespace EventStream.Dispatching;

/// <summary>A caller that waits because the dispatcher was full.</summary>
internal sealed class WaitingCaller(QueuedEvent queued)
{
    private readonly TaskCompletionSource _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public QueuedEvent Queued => queued;

    public Task Admitted => _admitted.Task;

    public void Admit() => _admitted.TrySetResult();

    public void Cancel(CancellationToken cancellationToken) => _admitted.TrySetCanceled(cancellationToken);
}

namespace EventStream.Bus.InMemory;

internal sealed class StreamSubscription(InMemoryStream stream, IStreamListener listener, Action<InMemoryStream> settle) : IAsyncDisposable
{
    private bool _isClosed;

    public void Announce(IReadOnlyList<LogEntry> entries)
    {
        if (_isClosed) return;
        try
        {
            try
            {
                foreach (var entry in entries) listener.OnEntry(entry);
            }
            finally
            {
                listener.OnPause();
            }
        }
        catch (Exception)
        {
            // The event is stored. A listener's defect must not reach the publisher or the other listeners.
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (stream.Gate)
        {
            if (_isClosed) return ValueTask.CompletedTask;
            _isClosed = true;
            stream.Subscriptions = [.. stream.Subscriptions.Where(other => other != this)];
            settle(stream);
        }
        return ValueTask.CompletedTask;
    }
}

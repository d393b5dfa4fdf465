namespace EventStream.Listening;

/// <summary>One reading of a stream, over a bus or HTTP. It does something only while it is asked to.</summary>
internal interface IStreamReading : IAsyncDisposable
{
    /// <summary>What was read and not taken yet.</summary>
    Queue<StreamEvent> Ready { get; }

    /// <summary>Whether nothing follows any more.</summary>
    bool IsOver { get; }

    /// <summary>Goes on by one step: waits, reads, or connects.</summary>
    /// <exception cref="Bus.BusUnavailableException">Now it can't; the step is to be repeated.</exception>
    Task AdvanceAsync(CancellationToken cancellationToken);
}

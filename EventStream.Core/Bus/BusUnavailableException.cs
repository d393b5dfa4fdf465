namespace EventStream.Bus;

/// <summary>The bus didn't answer or couldn't take the request now. Repeating it with the same event ids is safe.</summary>
public sealed class BusUnavailableException : Exception
{
    /// <summary>Takes a message that says what was tried.</summary>
    public BusUnavailableException(string message, Exception? innerException = null) : base(message, innerException) { }

    /// <summary>Whether the bus refused because its memory is full: repeating at once won't help.</summary>
    public bool IsOutOfMemory
    {
        get => Refusal == BusRefusal.OutOfMemory;
        init => Refusal = value ? BusRefusal.OutOfMemory : Refusal;
    }

    /// <summary>Why the bus refused; null when it gave no answer, or none that is known.</summary>
    public BusRefusal? Refusal { get; init; }

    /// <summary>The further streams that may lack the events although the events' own stream holds them.</summary>
    internal IReadOnlyList<StreamKey> Lacking { get; init; } = [];
}

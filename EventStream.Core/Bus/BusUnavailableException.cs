namespace EventStream.Bus;

/// <summary>The bus didn't answer or couldn't take the request now. Repeating it under the same event ids is safe.</summary>
public sealed class BusUnavailableException : Exception
{
    /// <summary>Says what was tried.</summary>
    public BusUnavailableException(string message, Exception? innerException = null) : base(message, innerException) { }

    /// <summary>Whether the bus refused because its memory is full: repeating at once won't help.</summary>
    public bool IsOutOfMemory { get; init; }

    /// <summary>When the events' own stream holds them, the further ones that may not.</summary>
    internal IReadOnlyList<StreamKey> Lacking { get; init; } = [];
}

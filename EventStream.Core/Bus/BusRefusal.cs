namespace EventStream.Bus;

/// <summary>Why a bus that answers doesn't do what it is asked. It may be shown to callers: it holds nothing that the bus wrote itself.</summary>
/// <param name="Reason">What is wrong, such as <c>Redis is out of memory</c>.</param>
/// <param name="Fix">What to change, as a sentence.</param>
public sealed record BusRefusal(string Reason, string Fix)
{
    internal static BusRefusal OutOfMemory { get; } = new("Redis is out of memory", "Raise its maxmemory or lower Log:Retention.") { IsLasting = true };

    /// <summary>Whether it stays until an operator changes something, such as a missing right: repeating the request doesn't help.</summary>
    public bool IsLasting { get; init; }
}

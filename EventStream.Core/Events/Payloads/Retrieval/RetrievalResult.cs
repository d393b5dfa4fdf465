namespace EventStream.Events.Payloads;

/// <summary>What a look-up found.</summary>
public sealed record RetrievalResult : CanonicalPayload
{
    /// <summary>The documents, best first.</summary>
    public required IReadOnlyList<RetrievedDocument> Documents { get; init; }
}

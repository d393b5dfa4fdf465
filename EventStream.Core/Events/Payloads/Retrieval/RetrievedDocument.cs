using System.Text.Json;

namespace EventStream.Events.Payloads;

/// <summary>One document of a <see cref="RetrievalResult"/>.</summary>
/// <param name="Id">The document.</param>
/// <param name="Score">How well it fits; higher is better.</param>
/// <param name="Content">The text that was found.</param>
/// <param name="Metadata">Anything about the document: a JSON object.</param>
public sealed record RetrievedDocument(string Id, double Score, string Content, [property: AnyObject] JsonElement? Metadata = null);

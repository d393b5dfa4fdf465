using System.Net;
using System.Text.Json;

namespace EventStream.Tests.Support;

/// <summary>An answer of the server, read to its end.</summary>
internal sealed record HttpAnswer(HttpStatusCode Status, string? ContentType, string Text, TimeSpan? RetryAfter)
{
    public JsonElement Json => JsonElement.Parse(Text);

    /// <summary>The text of a problem for its reader.</summary>
    public string Title => Json.GetProperty("title").GetString()!;
}

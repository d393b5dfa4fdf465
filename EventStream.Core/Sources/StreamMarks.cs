using System.Text.Json;

namespace EventStream.Sources;

/// <summary>What a body says without a native event, as frames.</summary>
internal static class StreamMarks
{
    /// <summary>The line <c>[DONE]</c>, which isn't JSON, with which many streams end.</summary>
    public const string Done = "[DONE]";

    /// <summary>The end of a body that was one whole stream.</summary>
    public const string Cut = "[CUT]";

    /// <summary>The end of a body, or of one response in it, that others may continue.</summary>
    public const string Over = "[OVER]";

    public static JsonElement Frame(string mark) => JsonElement.Parse($$"""{"type":"{{mark}}"}""");
}

using EventStream.Dialects;
using EventStream.Events;

namespace EventStream.Api.Streaming.Requests;

/// <summary>Which version of the AI SDK a client has: <c>?ai=</c>. Older ones fail at chunks that newer ones have.</summary>
internal static class AiSdkVersion
{
    public const string Name = "ai";

    /// <summary>What <c>dialect</c> says for the AI SDK.</summary>
    public const string Dialect = "ai-sdk";

    /// <summary>The dialect that its clients understand; without a version the one that all do.</summary>
    /// <exception cref="EventRejectedException">It is another version.</exception>
    public static IDialect Parse(IQueryCollection query) => query[Name].ToString() switch
    {
        "" or "5" => DialectCatalogue.AiSdk,
        "6" or "7" => DialectCatalogue.AiSdkAsking,
        var other => throw new EventRejectedException(Name, $"is '{EventRejectedException.Shown(other)}'; it is 5, 6 or 7, the version of the AI SDK."),
    };
}

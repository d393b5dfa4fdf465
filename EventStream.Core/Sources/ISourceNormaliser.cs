using System.Text.Json;
using EventStream.Bus;

namespace EventStream.Sources;

/// <summary>Knows one foreign vocabulary: turns its native events into canonical ones. A pure function of the event, its context and the session's state.</summary>
internal interface ISourceNormaliser
{
    /// <summary>Its name in routes and in the envelope's <c>source</c>.</summary>
    string Name { get; }

    /// <summary>Takes a frame out of its wrapping. One may hold several events, of several sessions.</summary>
    /// <param name="frame">Any JSON object; what isn't understood becomes one event with the whole frame as its body.</param>
    /// <param name="context">What the caller says of it; applied by the caller of this method where a native event lacks something.</param>
    IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context);

    /// <summary>Says in canonical events what the native one means.</summary>
    void Normalise(NativeEvent native, NormalisedEvents output);
}

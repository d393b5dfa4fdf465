using System.Text.Json;
using EventStream.Bus;

namespace EventStream.Sources;

/// <summary>Turns the native events of one foreign vocabulary into canonical ones. A pure function of the event, its context and the session's state.</summary>
internal interface ISourceNormaliser
{
    /// <summary>Its name in routes and in the envelope's <c>source</c>.</summary>
    string Name { get; }

    /// <summary>Takes a frame out of its wrapping. One may hold several events, of several sessions.</summary>
    /// <param name="frame">Any JSON object; a frame that isn't understood becomes one event with the whole frame as its body.</param>
    /// <param name="context">What is known besides. The caller fills in what a native event lacks.</param>
    IEnumerable<NativeEvent> Read(JsonElement frame, IngestContext context);

    /// <summary>Writes the canonical events that a native event means.</summary>
    void Normalise(NativeEvent native, NormalisedEvents output);
}

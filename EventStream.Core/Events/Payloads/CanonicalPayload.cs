using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventStream.Events.Payloads;

/// <summary>The typed payload of a canonical event type. <see cref="EventCatalogue"/> ties each record to its name.</summary>
public abstract record CanonicalPayload
{
    /// <summary>Members that the record doesn't know, kept as they came.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; set; }
}

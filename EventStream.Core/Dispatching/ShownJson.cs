using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Dispatching;

/// <summary>Values as they fit into an event: of those that are too large the beginning.</summary>
internal static class ShownJson
{
    // Half of what an event may take.
    private const int MaxBytes = EventLimits.MaxEventBytes / 2;

    // Of what doesn't fit, so much is shown.
    private const int ShownLength = 8 * 1024;

    /// <summary>The value as JSON; null for none.</summary>
    /// <param name="value">The value.</param>
    /// <param name="isCut">Whether only the beginning of its JSON fits, as text.</param>
    public static JsonElement? Of(object? value, out bool isCut)
    {
        isCut = false;
        if (EventJson.OptionalElement(value) is not { } json) return null;
        var text = JsonMarshal.GetRawUtf8Value(json);
        isCut = text.Length > MaxBytes;
        return isCut ? EventJson.Element(Beginning(Encoding.UTF8.GetString(text))) : json;
    }

    public static string Beginning(string text) => Wtf8.Beginning(text, ShownLength);

    public static Dictionary<string, JsonElement> Mark(string name) => new() { [name] = EventJson.Element(true) };
}

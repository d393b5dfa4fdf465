using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStream.Api.Schema;
using EventStream.Events;

namespace EventStream.Api.Publishing.Validation;

/// <summary>Compares a payload with the schema of its type: members that are missing, of another type, or misspelt.</summary>
internal static class PayloadFaults
{
    // Shorter names are near to everything.
    private const int ShortestName = 4;

    private static readonly ConcurrentDictionary<string, JsonObject> Schemas = new();

    public static IEnumerable<EventFault> Of(CanonicalType type, EventPayload payload)
    {
        using var json = JsonDocument.Parse(payload.Utf8, new JsonDocumentOptions { MaxDepth = EventLimits.MaxJsonDepth });
        foreach (var fault in Object(json.RootElement, Schemas.GetOrAdd(type.Name, _ => PayloadSchema.Of(type)), "/payload", type.Name)) yield return fault;
    }

    private static IEnumerable<EventFault> Value(JsonElement value, JsonNode? schema, string pointer, string owner)
    {
        // A member of any value has the schema true.
        if (schema is not JsonObject rules) return [];
        var allowed = rules["type"] switch
        {
            JsonArray several => [.. several.Select(one => one!.GetValue<string>())],
            JsonValue one => [one.GetValue<string>()],
            _ => (string[])[],
        };
        if (allowed.Length > 0 && !allowed.Any(type => Is(value, type)))
            return [new EventFault(pointer, $"must be {WithArticle(allowed[0])}, not {WithArticle(NameOf(value))}.")];
        return value.ValueKind switch
        {
            JsonValueKind.Object => Object(value, rules, pointer, owner),
            JsonValueKind.Array => value.EnumerateArray().SelectMany((item, i) => Value(item, rules["items"], $"{pointer}/{i}", owner)),
            _ => [],
        };
    }

    private static IEnumerable<EventFault> Object(JsonElement value, JsonObject schema, string pointer, string owner)
    {
        if (schema["properties"] is not JsonObject known) yield break;
        HashSet<string> absent = [.. known.Select(member => member.Key).Where(name => !value.TryGetProperty(name, out _))];
        foreach (var member in value.EnumerateObject())
        {
            if (known[member.Name] is { } rules)
            {
                foreach (var fault in Value(member.Value, rules, Pointer(pointer, member.Name), owner)) yield return fault;
            }
            else if (Meant(absent, member.Name) is { } meant)
            {
                absent.Remove(meant);
                yield return new EventFault(Pointer(pointer, member.Name), $"is no member of {owner}; did you mean {meant}?");
            }
        }
        foreach (var name in (schema["required"] as JsonArray ?? []).Select(name => name!.GetValue<string>()).Where(absent.Contains))
            yield return new EventFault(Pointer(pointer, name), $"is missing; {owner} needs it.");
    }

    private static string? Meant(HashSet<string> absent, string name)
    {
        if (name.Length is < ShortestName or > EventLimits.MaxMemberLength || absent.Count == 0) return null;
        var closest = Spelling.Closest(absent, name);
        return closest.Length >= ShortestName && Spelling.Distance(closest, name) <= 2 ? closest : null;
    }

    private static bool Is(JsonElement value, string type) => type == "integer" ? value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) : type == NameOf(value);

    private static string NameOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        var kind => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()),
    };

    private static string WithArticle(string type) => type switch
    {
        "null" => type,
        "integer" => "a whole number",
        "object" or "array" => $"an {type}",
        _ => $"a {type}",
    };

    private static string Pointer(string parent, string name) =>
        $"{parent}/{EventRejectedException.Shown(name).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}

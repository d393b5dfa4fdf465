using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventStream.Tests.Support;

/// <summary>Checks JSON against a JSON Schema (2020-12), as far as ours go: a keyword that it doesn't know fails.</summary>
internal sealed class SchemaCheck(JsonElement root)
{
    /// <summary>Whether the value is as the schema says.</summary>
    public bool Accepts(JsonElement value) => Accepts(root, value);

    private bool Accepts(JsonElement schema, JsonElement value) => schema.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.Object => schema.EnumerateObject().All(keyword => Holds(keyword.Name, keyword.Value, value)),
        _ => throw new InvalidOperationException($"{schema} is no schema that this check knows."),
    };

    private bool Holds(string keyword, JsonElement rule, JsonElement value) => keyword switch
    {
        "$schema" or "$defs" or "title" or "description" or "format" or "x-family" or "x-role" => true,
        "$ref" => Accepts(Definition(rule.GetString()!), value),
        "allOf" => rule.EnumerateArray().All(schema => Accepts(schema, value)),
        "oneOf" => rule.EnumerateArray().Count(schema => Accepts(schema, value)) == 1,
        "not" => !Accepts(rule, value),
        "const" => JsonElement.DeepEquals(rule, value),
        "enum" => rule.EnumerateArray().Any(one => JsonElement.DeepEquals(one, value)),
        "type" => rule.ValueKind == JsonValueKind.Array ? rule.EnumerateArray().Any(kind => Is(kind.GetString()!, value)) : Is(rule.GetString()!, value),
        "properties" => value.ValueKind != JsonValueKind.Object || rule.EnumerateObject().All(member => !value.TryGetProperty(member.Name, out var held) || Accepts(member.Value, held)),
        "required" => value.ValueKind != JsonValueKind.Object || rule.EnumerateArray().All(member => value.TryGetProperty(member.GetString()!, out _)),
        "additionalProperties" when rule.ValueKind == JsonValueKind.True => true,
        "items" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().All(item => Accepts(rule, item)),
        "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.GetString()!, RegexOptions.ECMAScript, Timeouts.Default),
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.EnumerateRunes().Count() >= rule.GetInt32(),
        "maxLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.EnumerateRunes().Count() <= rule.GetInt32(),
        _ => throw new InvalidOperationException($"This check doesn't know the keyword {keyword}."),
    };

    private JsonElement Definition(string reference)
    {
        const string Prefix = "#/$defs/";
        return reference.StartsWith(Prefix, StringComparison.Ordinal)
            ? root.GetProperty("$defs").GetProperty(reference[Prefix.Length..])
            : throw new InvalidOperationException($"This check doesn't know the reference {reference}.");
    }

    private static bool Is(string kind, JsonElement value) => kind switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && double.IsInteger(value.GetDouble()),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => throw new InvalidOperationException($"This check doesn't know the type {kind}."),
    };
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>Applies JSON Patches (RFC 6902). The libraries that do can't replace a whole document, or don't bound what a patch copies.</summary>
internal static class JsonPatch
{
    private static readonly string[] NeedValue = ["add", "replace", "test"], NeedFrom = ["move", "copy"];

    /// <summary>Applies all operations, or none.</summary>
    /// <param name="document">The document; it isn't changed.</param>
    /// <param name="patch">The operations.</param>
    /// <param name="maxCopied">The most characters of JSON that <c>copy</c> may add: a few operations could double the document again and again.</param>
    /// <returns>Whether all of them apply.</returns>
    public static bool TryApply(ref JsonNode? document, JsonElement patch, int maxCopied)
    {
        if (patch.ValueKind != JsonValueKind.Array) return false;
        try
        {
            var changed = document?.DeepClone();
            foreach (var operation in patch.EnumerateArray())
            {
                if (!TryApply(ref changed, operation, ref maxCopied)) return false;
            }
            document = changed;
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // A name that holds half a character, or stands in an object twice.
            return false;
        }
    }

    /// <summary>The JSON of a document. Values are written as they came: the library can't write a text that holds half a character.</summary>
    public static string Write(JsonNode? document)
    {
        var json = new StringBuilder();
        Write(document, json);
        return json.ToString();
    }

    private static void Write(JsonNode? node, StringBuilder json)
    {
        switch (node)
        {
            case null: json.Append("null"); break;
            case JsonObject members:
                foreach (var (index, member) in members.Index())
                {
                    json.Append(index == 0 ? '{' : ',').Append('"').Append(JsonEncodedText.Encode(member.Key, JsonEncoder.Instance)).Append("\":");
                    Write(member.Value, json);
                }
                json.Append(members.Count == 0 ? "{}" : "}");
                break;
            case JsonArray items:
                foreach (var (index, item) in items.Index())
                {
                    json.Append(index == 0 ? '[' : ',');
                    Write(item, json);
                }
                json.Append(items.Count == 0 ? "[]" : "]");
                break;
            default: json.Append(node.GetValue<JsonElement>().GetRawText()); break;
        }
    }

    private static bool TryApply(ref JsonNode? root, JsonElement operation, ref int left)
    {
        if (TextOf(operation, "op") is not { } op || PathOf(operation, "path") is not { } path) return false;
        JsonNode? value = null;
        if (NeedValue.Contains(op))
        {
            if (!operation.TryGetProperty("value", out var given)) return false;
            value = NodeOf(given);
        }
        else if (NeedFrom.Contains(op))
        {
            if (PathOf(operation, "from") is not { } from || !TryGet(root, from, out var found)) return false;
            if (op == "move" && path.Length > from.Length && path.AsSpan(0, from.Length).SequenceEqual(from)) return false;
            if (op == "copy" && (left -= Write(found).Length) < 0) return false;
            value = found?.DeepClone();
            if (op == "move" && !TryRemove(ref root, from)) return false;
        }
        return op switch
        {
            "add" or "move" or "copy" => TryAdd(ref root, path, value),
            "replace" => TryGet(root, path, out _) && (path.Length == 0 || TryRemove(ref root, path)) && TryAdd(ref root, path, value),
            "remove" => TryRemove(ref root, path),
            "test" => TryGet(root, path, out var tested) && JsonNode.DeepEquals(tested, value),
            _ => false,
        };
    }

    private static bool TryGet(JsonNode? node, ReadOnlySpan<string> path, out JsonNode? found)
    {
        found = node;
        foreach (var name in path)
        {
            switch (found)
            {
                case JsonObject members when members.TryGetPropertyValue(name, out var member): found = member; break;
                case JsonArray items when IndexIn(items, name) is { } index && index < items.Count: found = items[index]; break;
                default: return false;
            }
        }
        return true;
    }

    private static bool TryAdd(ref JsonNode? root, string[] path, JsonNode? value)
    {
        if (path is not [.. var parents, var name])
        {
            root = value;
            return true;
        }
        if (!TryGet(root, parents, out var parent)) return false;
        switch (parent)
        {
            case JsonObject members: members[name] = value; return true;
            case JsonArray items when (name == "-" ? items.Count : IndexIn(items, name)) is { } index && index <= items.Count: items.Insert(index, value); return true;
            default: return false;
        }
    }

    private static bool TryRemove(ref JsonNode? root, string[] path)
    {
        if (path is not [.. var parents, var name])
        {
            root = null;
            return true;
        }
        if (!TryGet(root, parents, out var parent)) return false;
        switch (parent)
        {
            case JsonObject members: return members.Remove(name);
            case JsonArray items when IndexIn(items, name) is { } index && index < items.Count: items.RemoveAt(index); return true;
            default: return false;
        }
    }

    // No sign, no leading zero.
    private static int? IndexIn(JsonArray items, string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= items.Count && index.ToString(CultureInfo.InvariantCulture) == name ? index : null;

    private static string[]? PathOf(JsonElement operation, string member) => TextOf(operation, member) switch
    {
        "" => [],
        ['/', .. var names] => [.. names.Split('/').Select(name => name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))],
        _ => null,
    };

    private static string? TextOf(JsonElement operation, string member) =>
        operation.ValueKind == JsonValueKind.Object && operation.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? JsonText.Text(value) : null;

    private static JsonNode? NodeOf(JsonElement value) => JsonNode.Parse(value.GetRawText());
}

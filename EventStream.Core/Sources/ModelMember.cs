using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources;

/// <summary>A member of a native model: its canonical name and its native names.</summary>
internal sealed class ModelMember
{
    private readonly JsonValueKind[] _kinds;
    private readonly bool _keepsNull;
    private bool _readsDigits;

    private ModelMember(string name, JsonValueKind[] kinds, bool keepsNull, string[] aliases)
    {
        (Name, _kinds, _keepsNull) = (name, kinds, keepsNull);
        Names = [name, .. Camel(name) is var camel && camel != name ? [camel] : Array.Empty<string>(), .. aliases];
    }

    public string Name { get; }

    /// <summary>Its canonical name, the same in camel case, and its other names.</summary>
    public string[] Names { get; }

    /// <summary>A member of the canonical catalogue. It is left out when it is null.</summary>
    public static ModelMember Text(string name, params string[] aliases) => new(name, [JsonValueKind.String], keepsNull: false, aliases);

    /// <inheritdoc cref="Text"/>
    public static ModelMember Number(string name, params string[] aliases) => new(name, [JsonValueKind.Number], keepsNull: false, aliases);

    /// <summary>A whole number, which some systems write as a text of digits.</summary>
    public static ModelMember Whole(string name, params string[] aliases) => new(name, [JsonValueKind.Number], keepsNull: false, aliases) { _readsDigits = true };

    /// <inheritdoc cref="Text"/>
    public static ModelMember List(string name, params string[] aliases) => new(name, [JsonValueKind.Array], keepsNull: false, aliases);

    /// <inheritdoc cref="Text"/>
    public static ModelMember Object(string name, params string[] aliases) => new(name, [JsonValueKind.Object], keepsNull: false, aliases);

    /// <inheritdoc cref="Text"/>
    public static ModelMember Flag(string name, params string[] aliases) => new(name, [JsonValueKind.True, JsonValueKind.False], keepsNull: false, aliases);

    /// <inheritdoc cref="Text"/>
    public static ModelMember Any(string name, params string[] aliases) => new(name, kinds: [], keepsNull: false, aliases);

    /// <summary>A member that only the model has. It keeps its value, null included, under its name in snake case.</summary>
    public static ModelMember Own(string name, params string[] aliases) => new(name, kinds: [], keepsNull: true, aliases);

    /// <summary>Takes the member; null when it isn't there, or is of another type.</summary>
    public JsonElement? TakeFrom(NativeBody body)
    {
        JsonElement? taken = null;
        foreach (var name in Names)
        {
            if (body.IsTaken(name) || JsonText.Member(body.Json, name) is not { } said) continue;
            var value = _readsDigits && JsonText.Text(said) is { } digits && IsWhole(digits) ? JsonElement.Parse(digits) : said;
            if (value.ValueKind == JsonValueKind.Null)
            {
                body.Drop(name);
                if (_keepsNull) taken ??= value;
            }
            else if (taken is not { ValueKind: not JsonValueKind.Null } && IsExpected(value))
            {
                body.Drop(name);
                taken = value;
            }
        }
        return taken;
    }

    private bool IsExpected(JsonElement value) => _kinds.Length == 0 || _kinds.Contains(value.ValueKind);

    private static bool IsWhole(string text) => text.Length is > 0 and <= 15 && text.All(char.IsAsciiDigit) && (text[0] != '0' || text.Length == 1);

    private static string Camel(string name)
    {
        var words = name.Split('_');
        return words[0] + string.Concat(words.Skip(1).Select(word => $"{char.ToUpperInvariant(word[0])}{word[1..]}"));
    }
}

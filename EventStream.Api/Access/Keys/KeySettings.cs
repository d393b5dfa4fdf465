using System.Text.RegularExpressions;
using EventStream.Api.Access.Grants;
using EventStream.Api.Settings;
using EventStream.Events;

namespace EventStream.Api.Access.Keys;

/// <summary>Reads keys from settings: <c>Access:Keys:ID:Hash</c>, <c>:Grants:0</c> and so on, and <c>:Name</c>.</summary>
internal static partial class KeySettings
{
    private static readonly string[] Names = ["Hash", "Grants", "Name"];

    /// <exception cref="SettingException">A key can't work; the message names the setting and the fix.</exception>
    public static IReadOnlyList<AccessKey> Read(IConfigurationSection section)
    {
        if (section.Value is { Length: > 0 }) throw new SettingException($"{section.Path} is no setting but holds some; write {section.Path}:ID:Hash and {section.Path}:ID:Grants:0.");
        return [.. section.GetChildren().Select(ReadKey)];
    }

    private static AccessKey ReadKey(IConfigurationSection section)
    {
        var id = section.Key;
        if (id.StartsWith(KeySecret.Prefix, StringComparison.Ordinal)) throw new SettingException("Access:Keys names a key by its whole text; write the id that stands between its first two underlines, and keep the text itself out of settings.");
        if (!KeySecret.IsId(id)) throw new SettingException($"{section.Path}: the id of a key is {KeySecret.IdForm}.");
        foreach (var setting in section.GetChildren().Where(setting => !Names.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)))
            throw new SettingException($"{setting.Path} is no setting of a key; it has Hash, Grants and Name.");
        var hash = section["Hash"] ?? "";
        if (!Hash().IsMatch(hash)) throw new SettingException($"{section.Path}:Hash must be the 64 lower-case hexadecimal digits that `keys new {id}` prints.");
        var name = section["Name"] is { Length: > 0 } text ? text : id;
        if (name.Length > EventLimits.MaxIdLength || !CallerName.IsPlain(name)) throw new SettingException($"{section.Path}:Name must have at most {EventLimits.MaxIdLength} characters, {CallerName.Rule}.");
        return new AccessKey(id, hash, name, GrantsOf(section.GetSection("Grants")));
    }

    private static List<Grant> GrantsOf(IConfigurationSection section)
    {
        if (section.Value is { Length: > 0 } single) return [GrantOf(section, single)];
        var grants = section.GetChildren().Select(child => GrantOf(child, child.Value ?? "")).ToList();
        return grants.Count > 0 ? grants : throw new SettingException($"{section.Path} is missing, so the key could do nothing; {Grant.Form}.");
    }

    private static Grant GrantOf(IConfigurationSection setting, string text) => Grant.TryParse(text) ??
        throw new SettingException($"{setting.Path} is {(KeySecret.TrySplit(text) is null ? $"'{text}'" : "a key")}; {Grant.Form}.");

    [GeneratedRegex(@"^[0-9a-f]{64}\z", RegexOptions.None, 1000)]
    private static partial Regex Hash();
}

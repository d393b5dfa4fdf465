using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using EventStream.Events;

namespace EventStream.Api.Settings;

/// <summary>Reads one of our own sections of the configuration, and refuses settings that it doesn't know.</summary>
internal static class SettingsReader
{
    /// <summary>Fills in the settings of the section.</summary>
    /// <param name="configuration">The configuration that has the section.</param>
    /// <param name="section">The section's name.</param>
    /// <param name="settings">The object to fill. Its properties are whole numbers, times and booleans.</param>
    /// <param name="problem">Checks the values; returns null when all are valid.</param>
    /// <exception cref="SettingException">A name is unknown, or a value is invalid.</exception>
    public static void Read<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TSettings>(this IConfiguration configuration, string section, TSettings settings, Func<TSettings, string?> problem) where TSettings : class
    {
        var properties = typeof(TSettings).GetProperties(BindingFlags.Public | BindingFlags.Instance);
        RequireNoValue(configuration.GetSection(section), properties[0].Name);
        foreach (var setting in configuration.GetSection(section).GetChildren())
        {
            var property = Array.Find(properties, property => property.Name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase))
                ?? throw Unknown(setting, [.. properties.Select(property => property.Name)]);
            property.SetValue(settings, ValueOf(setting, $"{section}:{property.Name}", property.PropertyType));
        }
        if (problem(settings) is { } wrong) throw new SettingException(wrong);
    }

    /// <summary>Refuses keys that aren't among the names.</summary>
    /// <exception cref="SettingException">A key is unknown; the message names the closest setting.</exception>
    public static void RequireNames(this IConfiguration configuration, string section, params string[] names)
    {
        RequireNoValue(configuration.GetSection(section), names[0]);
        var unknown = configuration.GetSection(section).GetChildren().FirstOrDefault(setting => !names.Contains(setting.Key, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null) throw Unknown(unknown, names);
    }

    /// <exception cref="SettingException">It is neither true nor false.</exception>
    public static bool Flag(string text, string path) => bool.TryParse(text, out var isSo) ? isSo : throw new SettingException($"{path} is '{text}'; it must be true or false.");

    // Such as --Inspector=false: ignored, it would leave the inspector on.
    private static void RequireNoValue(IConfigurationSection section, string name)
    {
        if (section.Value is { Length: > 0 } value) throw new SettingException($"{section.Path} is no setting but holds some; write {section.Path}:{name}={value}, or another of its settings.");
    }

    private static object ValueOf(IConfigurationSection setting, string path, Type type)
    {
        var text = setting.Value ?? "";
        if (type == typeof(bool)) return Flag(text, path);
        if (type != typeof(TimeSpan))
        {
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) throw new SettingException($"{path} is '{text}'; it must be a whole number.");
            // A number beyond an int is clamped: it breaks the setting's limit too, and that message is clearer.
            return type == typeof(int) ? (object)(int)Math.Clamp(number, int.MinValue, int.MaxValue) : number;
        }
        // .NET reads a bare number as days. The operator meant something else.
        if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) || (span != TimeSpan.Zero && !text.Contains(':', StringComparison.Ordinal)))
            throw new SettingException($"{path} is '{text}'; write a time as hours:minutes:seconds, such as 00:00:15 for 15 seconds, or 1.00:00:00 for a day.");
        return span;
    }

    private static SettingException Unknown(IConfigurationSection setting, string[] names)
    {
        var closest = Spelling.Closest(names, setting.Key);
        var section = setting.Path[..^(setting.Key.Length + 1)];
        return new SettingException($"{setting.Path} is no setting; did you mean {section}:{closest}?");
    }
}

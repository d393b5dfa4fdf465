namespace EventStream.Api.Settings;

/// <summary>Reads settings that hold several texts.</summary>
internal static class ListSetting
{
    /// <summary>The texts of a list, of one text with commas, or of both.</summary>
    public static IEnumerable<string> Texts(this IConfigurationSection section)
    {
        // An empty list has an empty text as value.
        var texts = section.GetChildren().Select(child => child.Value ?? "").Concat(section.Value is { Length: > 0 } text ? [text] : []);
        return texts.SelectMany(each => each.Split(',', StringSplitOptions.TrimEntries));
    }
}

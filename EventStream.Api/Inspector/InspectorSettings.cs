using EventStream.Api.Cors;
using EventStream.Api.Settings;

namespace EventStream.Api.Inspector;

/// <summary>The section <c>Inspector</c>: whether there is a page, and which other servers it may watch.</summary>
internal sealed class InspectorSettings
{
    private const string Section = "Inspector";

    /// <summary>Whether the page is shown and <c>/sessions</c> lists sessions.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The origins that <c>?server=</c> may name besides the page's own server: under its address a stranger's events would pass for its own.</summary>
    public IReadOnlySet<PageOrigin> Servers { get; init; } = new HashSet<PageOrigin>();

    /// <exception cref="SettingException">A setting is unknown or wrong; the message names it and the fix.</exception>
    public static InspectorSettings Read(IConfiguration configuration)
    {
        configuration.RequireNames(Section, nameof(Enabled), nameof(Servers));
        var section = configuration.GetSection(Section);
        var servers = OriginSetting.Read(section.GetSection(nameof(Servers)));
        return servers.FirstOrDefault(server => !server.IsWeb) is { } other
            ? throw new SettingException($"Inspector:Servers holds '{other}'; a server's origin begins with http:// or https://.")
            : new InspectorSettings { Enabled = section[nameof(Enabled)] is not { } text || EnabledOf(text), Servers = servers };
    }

    private static bool EnabledOf(string text) => bool.TryParse(text, out var isSo) ? isSo : throw new SettingException($"Inspector:Enabled is '{text}'; it must be true or false.");
}

using EventStream.Api.Access.Keys;
using EventStream.Api.Access.Limits;
using EventStream.Api.Settings;

namespace EventStream.Api.Access;

/// <summary>The section <c>Access</c>: who may do what.</summary>
internal sealed class AccessSettings
{
    public const string Section = "Access";

    private static readonly string[] Names = [nameof(Open), nameof(Hosts), nameof(Keys), nameof(File), nameof(Jwt), nameof(NamePublishers), nameof(Limits)];

    /// <summary>Whether everyone who reaches the server may do everything, wherever it listens.</summary>
    public bool Open { get; init; }

    /// <summary>The names, besides those of this machine, by which the server may be asked for.</summary>
    public IReadOnlySet<string> Hosts { get; init; } = new HashSet<string>();

    public IReadOnlyList<AccessKey> Keys { get; init; } = [];

    /// <summary>A file with further keys, which may change while the server runs.</summary>
    public string? File { get; init; }

    public JwtSettings? Jwt { get; init; }

    /// <summary>Whether events say who published them, and runs and event ids belong to publishers.</summary>
    public bool NamePublishers { get; init; } = true;

    /// <summary>How much of a node each caller may take; null when nothing is limited.</summary>
    public LimitSettings? Limits { get; private set; }

    /// <summary>Whether callers must show who they are.</summary>
    public bool AsksForCredentials => !Open && HasCallers;

    private bool HasCallers => Keys.Count > 0 || File is not null || Jwt is not null;

    /// <exception cref="SettingException">A setting is unknown or wrong; the message names it and the fix.</exception>
    public static AccessSettings Read(IConfiguration configuration)
    {
        configuration.RequireNames(Section, Names);
        var section = configuration.GetSection(Section);
        var settings = new AccessSettings
        {
            Open = section[nameof(Open)] is { Length: > 0 } open && SettingsReader.Flag(open, $"{Section}:{nameof(Open)}"),
            Hosts = HostSetting.Read(section.GetSection(nameof(Hosts))),
            Keys = KeySettings.Read(section.GetSection(nameof(Keys))),
            File = section[nameof(File)] is { Length: > 0 } file ? file : null,
            NamePublishers = section[nameof(NamePublishers)] is not { Length: > 0 } named || SettingsReader.Flag(named, $"{Section}:{nameof(NamePublishers)}"),
            Jwt = JwtSettings.Read(section.GetSection(nameof(Jwt))),
        };
        if (settings is { Open: true, HasCallers: true })
            throw new SettingException("Access:Open is true, so keys and tokens would count for nothing; leave it out, or leave out Access:Keys, Access:File and Access:Jwt.");
        settings.Limits = LimitSettings.Read(configuration, settings.AsksForCredentials);
        return settings;
    }
}

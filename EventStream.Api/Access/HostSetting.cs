using EventStream.Api.Cors;
using EventStream.Api.Settings;

namespace EventStream.Api.Access;

/// <summary>Reads <c>Access:Hosts</c>: names without a port, of which each stands for itself alone.</summary>
internal static class HostSetting
{
    /// <exception cref="SettingException">One of them is no name of a host.</exception>
    public static IReadOnlySet<string> Read(IConfigurationSection section) => section.Texts().Select(host => HostOf(section, host)).ToHashSet(StringComparer.Ordinal);

    private static string HostOf(IConfigurationSection section, string text) =>
        PageOrigin.TryParse($"http://{text}") is { Port: null } origin && !text.Contains('/', StringComparison.Ordinal) ? origin.Host
            : throw new SettingException($"{section.Path} holds '{text}'; write names of hosts without scheme and port, such as events.example.com, with commas between them.");
}

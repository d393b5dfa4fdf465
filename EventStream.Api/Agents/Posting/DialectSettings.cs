using EventStream.Api.Settings;
using EventStream.Events;

namespace EventStream.Api.Agents.Posting;

/// <summary>The section <c>Dialects</c>: which agents clients of other protocols reach.</summary>
internal sealed class DialectSettings
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Dialects";

    /// <summary>The most bytes of a request that posts a conversation.</summary>
    public const int MaxBodyBytes = 8 * 1024 * 1024;

    /// <summary>Who runs when a client names no agent.</summary>
    public string DefaultAgent { get; init; } = "assistant";

    /// <summary>The agents that clients are told of; the default one is among them.</summary>
    public IReadOnlyList<string> Agents { get; init; } = ["assistant"];

    /// <exception cref="SettingException">A setting is unknown or wrong; the message names it and the fix.</exception>
    public static DialectSettings Read(IConfiguration configuration)
    {
        configuration.RequireNames(Section, nameof(DefaultAgent), nameof(Agents));
        var section = configuration.GetSection(Section);
        var agent = section[nameof(DefaultAgent)] is { Length: > 0 } text ? text : "assistant";
        Check($"{Section}:{nameof(DefaultAgent)}", agent);
        var listed = section.GetSection(nameof(Agents)).Texts().Where(name => name.Length > 0).ToList();
        foreach (var name in listed) Check($"{Section}:{nameof(Agents)}", name);
        return new DialectSettings { DefaultAgent = agent, Agents = [.. listed.Prepend(agent).Distinct(StringComparer.Ordinal)] };
    }

    private static void Check(string setting, string name)
    {
        if (!EventRules.IsId(name)) throw new SettingException($"{setting} is '{name}'; the name of an agent {EventRules.IdRule}.");
    }
}

using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventStream.Generator;

/// <summary>A member of a record, and the parameter that sets it.</summary>
internal sealed partial record PayloadMember(string Name, string Type, bool IsRequired, string Summary, IReadOnlyList<string> Attributes)
{
    private readonly Dictionary<string, string> _rules = Attributes
        .Where(attribute => attribute.StartsWith("MethodParameter(", StringComparison.Ordinal))
        .SelectMany(attribute => Rule().Matches(attribute))
        .ToDictionary(rule => rule.Groups["name"].Value, rule => rule.Groups["value"].Value, StringComparer.Ordinal);

    /// <summary>The name of the parameter.</summary>
    public string Parameter { get; } = JsonNamingPolicy.CamelCase.ConvertName(Name);

    public bool IsSession => Name == "SessionId";

    public bool IsRun => Name == "RunId";

    /// <summary>Whether the member is a parameter: what the publisher knows, or another member determines, isn't.</summary>
    public bool IsParameter => !IsSession && !IsRun && Opposite is null;

    /// <summary>Whether the parameter is required.</summary>
    public bool MustBeGiven => IsRequired || _rules.ContainsKey("IsRequired");

    public string Declaration => MustBeGiven ? $"{ParameterType} {Parameter}" : $"{ParameterType} {Parameter} = {Default ?? "null"}";

    /// <summary>Whether the publisher's own agent is used when the caller names none.</summary>
    public bool IsAgent => Name == "Agent" && !IsRequired;

    private string? Opposite => _rules.GetValueOrDefault("OppositeOf");

    private string? Default => _rules.GetValueOrDefault("Default");

    private bool IsJson => Type.TrimEnd('?') == "JsonElement";

    private bool NullIsEmpty => _rules.ContainsKey("NullIsEmpty");

    private string ParameterType => this switch
    {
        { IsJson: true } => IsRequired && Attributes.Contains("AnyObject") && !NullIsEmpty ? "object" : "object?",
        { Default: not null } => Type.TrimEnd('?'),
        _ => Type,
    };

    /// <summary>The expression that the method assigns to the member.</summary>
    /// <param name="target">The prefix of the publisher's properties: <c>target.</c> or nothing.</param>
    public string ValueFrom(string target) => this switch
    {
        { IsSession: true } or { IsRun: true } => target + Name,
        { Opposite: { } opposite } => $"!{JsonNamingPolicy.CamelCase.ConvertName(opposite)}",
        { IsAgent: true } => $"{Parameter} ?? {target}AgentId",
        { IsJson: true, NullIsEmpty: true } => $"EventJson.Element({Parameter} ?? EventJson.NoMembers)",
        { IsJson: true } => $"EventJson.{(IsRequired ? "Element" : "OptionalElement")}({Parameter})",
        _ => Parameter,
    };

    [GeneratedRegex(@"(?<name>\w+) = (nameof\((?<value>\w+)\)|(?<value>[^,)]+))", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rule();
}

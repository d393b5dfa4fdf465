using System.Text.Json;
using System.Text.RegularExpressions;

namespace EventStream.Generator;

/// <summary>A member of a record, and how the record's method takes it.</summary>
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

    /// <summary>Whether the caller says it: what the publisher knows or another member says is no parameter.</summary>
    public bool IsParameter => !IsSession && !IsRun && Opposite is null;

    /// <summary>Whether the caller must say it.</summary>
    public bool IsAsked => IsRequired || _rules.ContainsKey("IsRequired");

    public string Declaration => IsAsked ? $"{ParameterType} {Parameter}" : $"{ParameterType} {Parameter} = {Default ?? "null"}";

    /// <summary>The publisher's own agent speaks when none is named.</summary>
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

    /// <summary>What the method puts into the record.</summary>
    /// <param name="target">What stands before the properties of the publisher: <c>target.</c> or nothing.</param>
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

using System.Text.RegularExpressions;

namespace EventStream.Generator;

/// <summary>A record of Events/Payloads, read from its source. The members of its base come first.</summary>
internal sealed partial record PayloadRecord(string Name, string Summary, IReadOnlyList<PayloadMember> Members)
{
    private const string Root = "CanonicalPayload";

    public static PayloadRecord Read(string payloads, string family, string name)
    {
        var path = Path.Combine(payloads, family, $"{name}.cs");
        var members = new List<PayloadMember>();
        PayloadRecord? found = null;
        string? summary = null;
        List<string> attributes = [];
        foreach (var line in File.ReadLines(path).Select(line => line.Trim()))
        {
            if (Documentation().Match(line) is { Success: true } text)
            {
                summary = text.Groups["text"].Value;
            }
            else if (Attribute().Match(line) is { Success: true } attribute)
            {
                attributes.Add(attribute.Groups["text"].Value);
            }
            else if (Declaration().Match(line) is { Success: true } declaration)
            {
                if (declaration.Groups["base"].Value is var parent && parent != Root) members.AddRange(Read(payloads, family, parent).Members);
                found = new PayloadRecord(name, Required(summary), members);
                summary = null;
            }
            else if (Property().Match(line) is { Success: true } property)
            {
                members.Add(new PayloadMember(property.Groups["name"].Value, property.Groups["type"].Value, property.Groups["required"].Success, Required(summary), attributes));
                (summary, attributes) = (null, []);
            }
            else if (line.StartsWith("public ", StringComparison.Ordinal))
            {
                throw new InvalidDataException($"{path} holds a line that is neither a record nor a property with get and init: {line}");
            }
        }
        return found ?? throw new InvalidDataException($"{path} holds no record.");

        string Required(string? text) => text ?? throw new InvalidDataException($"{path} needs a <summary> on one line above the record and each of its members.");
    }

    [GeneratedRegex("^/// <summary>(?<text>.+)</summary>$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Documentation();

    [GeneratedRegex(@"^\[(?<text>.+)\]$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Attribute();

    [GeneratedRegex(@"^public (sealed|abstract) record \w+ : (?<base>\w+);?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^public (?<required>required )?(?<type>[\w<>?]+) (?<name>\w+) \{ get; init; \}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Property();
}

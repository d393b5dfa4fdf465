using System.Text.Json;
using System.Text.RegularExpressions;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

/// <summary>What the tables of the documentation promise of the providers' events is shown by a row.</summary>
public sealed partial class ProviderRowsTests
{
    [Theory]
    [InlineData("openai", 70)]
    [InlineData("anthropic", 28)]
    [InlineData("agui", 32)]
    public void Rows_HoldEveryNameOfTheTables(string source, int atLeast)
    {
        var said = Vector.All.Values.Where(vector => vector.Id.StartsWith($"{source}/", StringComparison.Ordinal)).SelectMany(vector => vector.Input).SelectMany(frame => Words(JsonElement.Parse(frame))).ToHashSet();
        var names = NamesIn(source).ToList();

        names.Count.ShouldBeGreaterThanOrEqualTo(atLeast);
        names.Where(name => !IsSaid(name, said)).ShouldBeEmpty();
    }

    private static bool IsSaid(string name, HashSet<string> said) => name switch
    {
        [.., '*'] => said.Any(word => word.StartsWith(name[..^1], StringComparison.Ordinal)),
        ['…', ..] => said.Any(word => word.EndsWith(name[1..], StringComparison.Ordinal)),
        _ => said.Contains(name),
    };

    // The first column of the source's tables. A name that begins with a dot stands in place of the end of the one before it.
    private static IEnumerable<string> NamesIn(string source)
    {
        var section = File.ReadAllText(Repository.PathOf("docs", "sources.md")).ReplaceLineEndings("\n").Split("\n## ").Single(part => part.StartsWith($"{source}\n", StringComparison.Ordinal));
        foreach (var row in section.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| native", StringComparison.Ordinal)))
        {
            var before = "";
            foreach (var name in Quoted().Matches(row.Split(" | ")[0]).Select(match => match.Groups["name"].Value))
            {
                before = name[0] == '.' ? before[..before.LastIndexOf('.')] + name : name;
                var path = before.StartsWith("delta.", StringComparison.Ordinal) ? before[6..^(before.EndsWith("[]", StringComparison.Ordinal) ? 2 : 0)] : before;
                foreach (var member in path.Trim('{', '}').Split(", ")) yield return member;
            }
        }
    }

    private static IEnumerable<string> Words(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Words(member.Value).Prepend(member.Name)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Words),
        JsonValueKind.String => [json.GetString()!],
        _ => [],
    };

    [GeneratedRegex("`(?<name>[^`]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();
}

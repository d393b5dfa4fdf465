using System.Text.RegularExpressions;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Style;

/// <summary>Checks what docs/operations.md says about the code, as far as a test can.</summary>
public sealed partial class OperationsTests
{
    private static readonly string Text = File.ReadAllText(Repository.PathOf("docs/operations.md"));

    [Fact]
    public void Rights_CoverEveryCommand_OfTheScripts()
    {
        var commands = (from file in Repository.Files("EventStream.Core/Bus/Redis/Scripts", "*.lua")
                        from Match call in Call().Matches(File.ReadAllText(Repository.PathOf(file)))
                        select $"+{call.Groups["command"].Value.ToLowerInvariant()}").ToHashSet(StringComparer.Ordinal);
        commands.ShouldNotBeEmpty();
        commands.Except(Text.Split(' ', '\n')).ShouldBeEmpty();
    }

    [Fact]
    public void LogLines_AreAllExplained_ByName()
    {
        var names = (from folder in (string[])["EventStream.Core", "EventStream.Api"]
                     from file in Repository.Files(folder, "*.cs")
                     from Match name in EventName().Matches(File.ReadAllText(Repository.PathOf(file)))
                     select name.Groups["name"].Value).ToArray();
        names.ShouldNotBeEmpty();
        names.Where(name => !Text.Contains($"`{name}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"redis\.call\('(?<command>[A-Z]+)'", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Call();

    [GeneratedRegex("""\bEventName = "(?<name>\w+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EventName();
}

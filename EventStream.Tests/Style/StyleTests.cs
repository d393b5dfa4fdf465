using System.Text.RegularExpressions;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Style;

/// <summary>The rules of the tree that no compiler checks.</summary>
public sealed partial class StyleTests
{
    private const string RegistrationFile = "EventStream.Core/EventStreamServiceCollectionExtensions.cs";
    private const int MaxFileLines = 300;
    private const int MaxProgramLines = 40;

    [Fact]
    public void Core_HasNoAspNetCore_Anywhere() =>
        FilesWith("Microsoft.AspNetCore", Repository.Files("EventStream.Core", "*.cs").Append("EventStream.Core/EventStream.Core.csproj")).ShouldBeEmpty();

    [Fact]
    public void RedisClient_StaysInItsFolder_AndInTheRegistration() =>
        FilesWith("StackExchange.Redis", Sources("EventStream.Core", "EventStream.Api", "EventStream.Extensions.AI", "samples"))
            .Where(file => !file.StartsWith("EventStream.Core/Bus/Redis/", StringComparison.Ordinal) && file != RegistrationFile).ShouldBeEmpty();

    [Fact]
    public void Sources_AreShort_Everywhere() =>
        Sources("EventStream.Core", "EventStream.Api", "EventStream.Extensions.AI", "EventStream.Tests", "EventStream.Tests.Worker", "EventStream.Audit", "EventStream.Benchmarks", "EventStream.Generator", "samples")
            .Where(file => !file.EndsWith(".g.cs", StringComparison.Ordinal) && Lines(file).Length > MaxFileLines).ShouldBeEmpty();

    [Fact]
    public void Properties_AreCheckedWithAKnownSeed_Everywhere() =>
        FilesWith("Check.One(", Sources("EventStream.Tests")).Concat(FilesWith("Check.Quick", Sources("EventStream.Tests")))
            .Where(file => !file.StartsWith("EventStream.Tests/Support/Generators/PropertyCheck", StringComparison.Ordinal) && !file.EndsWith("/StyleTests.cs", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void Program_IsATableOfContents_OfTheServer() => Lines("EventStream.Api/Program.cs").Length.ShouldBeLessThanOrEqualTo(MaxProgramLines);

    [Fact]
    public void LogMessages_HaveIdsAndNamesOfTheirOwn_InEveryLibrary()
    {
        var messages = (from file in Sources("EventStream.Core", "EventStream.Api", "EventStream.Extensions.AI")
                        from Match match in LogMessage().Matches(File.ReadAllText(Repository.PathOf(file)))
                        select (File: file, Text: match.Groups["arguments"].Value, Method: match.Groups["method"].Value)).ToList();
        messages.Count.ShouldBe(Sources("EventStream.Core", "EventStream.Api", "EventStream.Extensions.AI").Sum(file => File.ReadAllText(Repository.PathOf(file)).Split("[LoggerMessage").Length - 1));
        messages.Where(message => Id(message.Text).Length == 0).ShouldBeEmpty("Every log message has an explicit EventId.");
        messages.Select(message => Id(message.Text)).ShouldBeUnique();
        messages.Select(message => Name(message.Text) is { Length: > 0 } name ? name : message.Method).ShouldBeUnique();

        static string Id(string arguments) => EventId().Match(arguments).Groups["id"].Value;
        static string Name(string arguments) => EventName().Match(arguments).Groups["name"].Value;
    }

    private static IEnumerable<string> Sources(params string[] folders) =>
        folders.Where(folder => Directory.Exists(Repository.PathOf(folder))).SelectMany(folder => Repository.Files(folder, "*.cs"));

    private static IEnumerable<string> FilesWith(string text, IEnumerable<string> files) =>
        files.Where(file => File.ReadAllText(Repository.PathOf(file)).Contains(text, StringComparison.Ordinal));

    private static string[] Lines(string file) => File.ReadAllLines(Repository.PathOf(file));

    [GeneratedRegex("""\[LoggerMessage\((?<arguments>("([^"\\]|\\.)*"|[^")])*)\)\]\s*(\w+\s+)*?(?<method>\w+)\(""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LogMessage();

    [GeneratedRegex(@"^\s*(EventId\s*=\s*)?(?<id>[0-9]+)\b|\bEventId\s*=\s*(?<id>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EventId();

    [GeneratedRegex("""\bEventName\s*=\s*"(?<name>[^"]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex EventName();
}

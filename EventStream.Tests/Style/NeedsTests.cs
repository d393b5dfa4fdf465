using System.Reflection;
using System.Text.RegularExpressions;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Style;

/// <summary>Each test states the programs it needs. Otherwise <c>./test.sh FILTER</c>, which installs only stated ones, would leave it to fail.</summary>
public sealed partial class NeedsTests
{
    [Theory]
    [InlineData(Need.Redis, "RedisServer", "RedisCluster")]
    [InlineData(Need.Nginx, "NginxProcess")]
    [InlineData(Need.Browser, "Chromium")]
    [InlineData(Need.Inspector, "BrowserTest", "InspectorTests", "ProxiedInspectorTests", "NewUserTests", "ComponentPages")]
    [InlineData(Need.Curl, "ConsoleReplay")]
    [InlineData(Need.NodeClients, "NodeScript")]
    [InlineData(Need.NextJs, "NextJsApp")]
    public void Tests_SayWhatTheyNeed_WhenTheyReachATypeThatUsesIt(Need need, params string[] types)
    {
        var reaching = Reaching(types);
        var tests = typeof(NeedsTests).Assembly.GetTypes().Where(IsTest).ToList();

        var sayIt = tests.Where(test => test.GetCustomAttributes<NeedsAttribute>().Any(needs => needs.Needs.Contains(need))).Select(test => test.Name);
        sayIt.ShouldBe(tests.Select(test => test.Name).Where(reaching.Contains), ignoreOrder: true, $"Each of these classes, and no other, has [Needs(Need.{need})], or inherits it.");
    }

    private static bool IsTest(Type type) => type is { IsAbstract: false } && type.GetMethods().Any(method => method.GetCustomAttributes<FactAttribute>().Any());

    /// <summary>The types whose source names one of the given types, directly or through others.</summary>
    private static HashSet<string> Reaching(string[] types)
    {
        var namedBy = Repository.Files("EventStream.Tests", "*.cs").Where(file => !file.StartsWith("EventStream.Tests/Style/", StringComparison.Ordinal))
            .ToLookup(file => Path.GetFileName(file).Split('.')[0], file => Word().Matches(Comment().Replace(File.ReadAllText(Repository.PathOf(file)), "")).Select(word => word.Value).ToHashSet());
        HashSet<string> reaching = [.. types];
        while (namedBy.Where(source => !reaching.Contains(source.Key) && source.Any(reaching.Overlaps)).Select(source => source.Key).ToList() is { Count: > 0 } more)
            reaching.UnionWith(more);
        return reaching;
    }

    [GeneratedRegex("//.*", RegexOptions.None, 1000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\w+", RegexOptions.None, 1000)]
    private static partial Regex Word();
}

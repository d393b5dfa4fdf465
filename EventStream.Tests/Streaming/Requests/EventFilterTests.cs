using EventStream.Api.Streaming.Requests;
using EventStream.Bus;
using EventStream.Events;
using EventStream.Listening;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Streaming.Requests;

public sealed class EventFilterTests
{
    [Theory]
    [InlineData("tool_*", "tool_call_started", true)]
    [InlineData("tool_*", "tool_", true)]
    [InlineData("tool_*", "tool", false)]
    [InlineData("tool_*", "tooz", false)]
    [InlineData("a,b,c", "b", true)]
    [InlineData("a,b,c", "bb", false)]
    [InlineData("run_*,run_c*,session_*,r*", "run_failed", true)]
    [InlineData("run_*,run_c*,session_*", "run_completed", true)]
    [InlineData("run_c*,run_f*", "run_d", false)]
    [InlineData("run_c*,run_f*", "run_a", false)]
    [InlineData("ab*,a.*", "ac", false)]
    [InlineData("ab*,a.*", "a.x", true)]
    [InlineData("*", "anything", true)]
    [InlineData("x,*", "anything", true)]
    public void Passes_FollowsTheList(string types, string type, bool passes) => Parse(types).Passes(type, runId: null).ShouldBe(passes);

    [Fact]
    public void Passes_AgreesWithTheListReadOneByOne_WhenManyNamesAndPrefixesAreGiven()
    {
        var random = new Random(14);
        string Name() => new([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => "abc_."[random.Next(5)])]);
        for (var round = 0; round < 300; round++)
        {
            var patterns = Enumerable.Range(0, random.Next(1, 40)).Select(_ => $"a{Name()}{(random.Next(2) == 0 ? "*" : "")}").ToArray();
            var filter = Parse(string.Join(',', patterns));
            for (var i = 0; i < 50; i++)
            {
                var type = $"a{Name()}";
                filter.Passes(type, runId: null).ShouldBe(
                    patterns.Any(pattern => pattern.EndsWith('*') ? type.StartsWith(pattern[..^1], StringComparison.Ordinal) : type == pattern), $"{string.Join(',', patterns)} on {type}");
            }
        }
    }

    [Fact]
    public void Parse_NamesTheLimit_WhenTooManyTypesAreListed()
    {
        var types = Enumerable.Range(0, EventFilter.MaxTypes).Select(number => $"t{number}").ToArray();
        Parse(string.Join(',', types)).Passes("t0", runId: null).ShouldBeTrue();

        Should.Throw<EventRejectedException>(() => Parse(string.Join(',', [.. types, "more*"]))).Message.ShouldBe(
            "types lists 129 names and prefixes; at most 128 are taken. A prefix such as tool_* stands for many names.");
        // Given several times, the parameter counts as one list.
        Should.Throw<EventRejectedException>(() => Parse(new StringValues([.. types, "more"])));
    }

    [Theory]
    [InlineData("a,b,c*", "c*,a,b,a", true)]
    [InlineData("a,b", "a", false)]
    [InlineData("a*", "a", false)]
    public void Equals_SaysWhetherTheSameIsAskedFor(string types, string others, bool areSame)
    {
        Parse(types).Equals(Parse(others)).ShouldBe(areSame);
        if (areSame) Parse(types).GetHashCode().ShouldBe(Parse(others).GetHashCode());
        var stream = StreamKey.Project("p");
        EventFilter.Of(stream, ["a"], "r", "s").ShouldBe(EventFilter.Of(stream, ["a"], "r", "s"));
        EventFilter.Of(stream, ["a"], "r", "s").ShouldNotBe(EventFilter.Of(stream, ["a"], "r2", "s"));
        EventFilter.Of(stream, ["a"], "r", "s").ShouldNotBe(EventFilter.Of(stream, ["a"], "r", null));
    }

    private static EventFilter Parse(StringValues types) => FilterQuery.Parse(StreamKey.Session("s"), new QueryCollection(new Dictionary<string, StringValues> { ["types"] = types }));
}

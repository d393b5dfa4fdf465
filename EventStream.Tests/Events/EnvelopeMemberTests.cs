using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EventStream.Api.Schema;
using EventStream.Dialects;
using EventStream.Events;
using EventStream.Tests.Support;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Events;

/// <summary>All code that handles envelopes knows the members that <see cref="EnvelopeMember"/> declares, and no others.</summary>
public sealed class EnvelopeMemberTests
{
    private const string Trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static readonly EventDefaults Defaults = new(SessionId: null, TimeProvider.System);

    /// <summary>An envelope with every member, each with a text of its own.</summary>
    private static readonly byte[] Whole = Encoding.UTF8.GetBytes($"{{{string.Join(',', EnvelopeMember.All.Select(member => $"\"{member.Name}\":{Json(member)}"))}}}");

    public static TheoryData<string> Texts => [.. EnvelopeMember.Texts.Select(member => member.Name)];

    [Fact]
    public void All_AreThePropertiesOfAnEvent_InOrder()
    {
        EnvelopeMember.All.Length.ShouldBe(EnvelopeMember.Count);
        EnvelopeMember.All.Select(member => member.Name).ShouldBe(
            typeof(Event).GetProperties().OrderBy(property => property.MetadataToken).Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)));
        EnvelopeMember.All.Select(member => member.Index).ShouldBe(Enumerable.Range(0, EnvelopeMember.Count));
        EnvelopeMember.All.SkipWhile(member => member.IsRequired).ShouldBe(EnvelopeMember.Optional);
        EnvelopeMember.Optional.ShouldAllBe(member => member.TextOf != null);
    }

    [Fact]
    public void ReaderAndWriter_KeepEveryMember()
    {
        var read = EventReader.ReadLogged(Whole);

        foreach (var member in EnvelopeMember.Texts) member.TextOf!(read).ShouldBe(Text(member), member.Name);
        Encoding.UTF8.GetString(EventWriter.ToUtf8(read)).ShouldBe(Encoding.UTF8.GetString(Whole));
        EventReader.Read(Whole, Defaults with { Publisher = Text(EnvelopeMember.Publisher) }).ShouldSatisfyAllConditions(
            published => EventWriter.ToUtf8(published).ShouldBe(Whole),
            published => published.Publisher.ShouldBe(Text(EnvelopeMember.Publisher)));
    }

    [Theory]
    [InlineData("\"somebody else\"")]
    [InlineData("null")]
    [InlineData("{\"a\":[1]}")]
    [InlineData("1,\"publisher\":2")]
    public void Read_LeavesOutWhatAPublisherSaysOfItself(string claimed)
    {
        var envelope = Encoding.UTF8.GetBytes($"{{\"type\":\"note\",\"session_id\":\"s\",\"publisher\":{claimed}}}");

        EventReader.Read(envelope, Defaults).Publisher.ShouldBeNull();
        EventReader.Read(envelope, Defaults with { Publisher = "worker" }).Publisher.ShouldBe("worker");
    }

    [Fact]
    public void SizeOf_CountsEveryMember()
    {
        var whole = EventReader.ReadLogged(Whole);
        EventRules.SizeOf(whole).ShouldBeGreaterThanOrEqualTo(Whole.Length);

        // As escaped as a text can be: \u0001 for one character.
        var longest = Encoding.UTF8.GetBytes(EnvelopeMember.Optional.Where(member => member.Rule == MemberRule.Text).Aggregate(
            Encoding.UTF8.GetString(Whole), (json, member) => json.Replace(Json(member), $"\"{string.Concat(Enumerable.Repeat("\\u0001", EventLimits.MaxMemberLength))}\"", StringComparison.Ordinal)));
        EventRules.SizeOf(EventReader.ReadLogged(longest)).ShouldBeGreaterThanOrEqualTo(longest.Length);

        foreach (var member in EnvelopeMember.Optional)
        {
            var without = EventReader.ReadLogged(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Whole).Replace($",\"{member.Name}\":{Json(member)}", "", StringComparison.Ordinal)));
            (EventRules.SizeOf(whole) - EventRules.SizeOf(without)).ShouldBe(6 * Text(member).Length, member.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Check_NamesTheMemberAndItsRule_WhenTheTextBreaksIt(string name)
    {
        var member = EnvelopeMember.All.Single(one => one.Name == name);
        var tooLong = new string('x', 257);
        var envelope = Encoding.UTF8.GetString(Whole).Replace(Json(member), JsonSerializer.Serialize(tooLong), StringComparison.Ordinal);
        var defaults = member == EnvelopeMember.Publisher ? Defaults with { Publisher = tooLong } : Defaults;

        Rejections.Of(() => EventReader.Read(Encoding.UTF8.GetBytes(envelope), defaults)).Message.ShouldBe($"/{name} {member.Rule!.Words}");
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Pattern_AllowsWhatTheRuleAllows(string name)
    {
        var rule = EnvelopeMember.All.Single(member => member.Name == name).Rule!;
        // EventSource's own names are all that the pattern can't exclude.
        foreach (var text in (string[])["", "a", "A", "7", "-a", "a-b", "a b", "a.b", "a_b", "a:b@c", "é", "~", "a\n", "a~", .. Enumerable.Range(60, 200).Select(length => new string('a', length))])
        {
            if (rule.Pattern is { } pattern) Regex.IsMatch(text, $"{pattern[..^1]}\\z", RegexOptions.None, Timeouts.Default).ShouldBe(rule.IsKept(text), text);
            else if (rule.MaxLength is { } maxLength) rule.IsKept(text).ShouldBe(text.Length >= 1 && text.Length <= maxLength, text);
        }
    }

    [Fact]
    public void CanonicalEnvelope_TakesEveryMember_ButATraceContext()
    {
        var withoutTrace = Encoding.UTF8.GetString(Whole).Replace($",\"traceparent\":\"{Trace}\"", "", StringComparison.Ordinal);

        CanonicalEnvelope.Is(Encoding.UTF8.GetBytes(withoutTrace), Text(EnvelopeMember.SessionId)).ShouldBeTrue();
        CanonicalEnvelope.Is(Encoding.UTF8.GetBytes(withoutTrace), Text(EnvelopeMember.SessionId), mayNamePublisher: false).ShouldBeFalse();
        CanonicalEnvelope.Is(Whole, Text(EnvelopeMember.SessionId)).ShouldBeFalse();
    }

    [Fact]
    public void EnvelopeHead_ReadsTheMembers_UnderTheirNames()
    {
        EnvelopeHead.TryRead(Whole, out var head).ShouldBeTrue();

        head.ShouldBe(new EnvelopeHead(Text(EnvelopeMember.Type), Text(EnvelopeMember.RunId), new DateTimeOffset(2026, 11, 21, 3, 14, 45, 123, TimeSpan.Zero)));
        foreach (var member in EnvelopeMember.Texts) EnvelopeHead.ReadMember(Whole, member.Utf8).ShouldBe(Text(member));
        EnvelopeHead.IsSameEvent(Whole, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Whole).Replace("agent_id.", "other", StringComparison.Ordinal))).ShouldBeTrue();
    }

    [Fact]
    public void StoredEvent_ReadsTheMembers_UnderTheirNames()
    {
        var stored = StoredEvent.Read(Whole).ShouldNotBeNull();

        foreach (var property in typeof(StoredEvent).GetProperties().Where(property => property.PropertyType == typeof(string) && property.Name != nameof(StoredEvent.Timestamp)))
            property.GetValue(stored).ShouldBe(Text(EnvelopeMember.All.Single(member => member.Name == JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))));
    }

    [Fact]
    public void Schema_DescribesEveryMember_InOrder()
    {
        var schema = EnvelopeSchema.Create();

        schema["properties"]!.AsObject().Select(property => property.Key).ShouldBe(EnvelopeMember.All.Select(member => member.Name));
        schema["required"]!.AsArray().Select(name => (string)name!).ShouldBe(EnvelopeMember.All.Where(member => member.IsRequired).Select(member => member.Name));
    }

    // Short enough for every rule, and different for each member.
    private static string Text(EnvelopeMember member) => member.Rule == MemberRule.TraceContext ? Trace : $"{member.Name}.1";

    private static string Json(EnvelopeMember member) =>
        member == EnvelopeMember.Payload ? "{}" : member == EnvelopeMember.Timestamp ? "\"2026-11-21T03:14:45.123Z\"" : $"\"{Text(member)}\"";
}

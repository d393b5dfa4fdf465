using EventStream.Events;
using FsCheck;
using FsCheck.Fluent;

namespace EventStream.Tests.Support;

/// <summary>Random valid envelopes as publishers write them, with any member order and any white space.</summary>
internal static class EventGen
{
    private const string Alphanumeric = "ABCxyz019";

    private static readonly Gen<string> Id = Chars(Alphanumeric, Alphanumeric + "._:@-", 40);
    private static readonly Gen<string> EventId = Chars("!\"#\\~/<a0", "!\"#\\~/<a0", 40);
    private static readonly Gen<string> Type = Chars("abz", "abz09_.", 20).Where(type => EventRules.IsType(type));
    private static readonly Gen<string> Free = Chars("aé日 \"\\\n\u0001", "aé日 \"\\\n\u0001<>&'\u2028", 30);
    private static readonly Gen<string> Traceparent = Gen.Constant("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    private static readonly Gen<string> Timestamp = Gen.Elements("2026-11-21T03:14:45.123Z", "2026-11-21T03:14:45.999999999+05:30", "1969-12-31t23:59:59z", "9999-12-31T23:59:59.9999999Z");

    /// <summary>The text of an envelope for any session, with the tokens of its payload.</summary>
    public static Gen<(string Json, string Payload)> Published { get; } =
        from payload in JsonGen.ObjectTokens
        from required in Members(("event_id", EventId), ("session_id", Id), ("timestamp", Timestamp), ("type", Type))
        from optional in Members([.. EnvelopeMember.Optional.Select(member => (member.Name, Of(member)))])
        from kept in Gen.SubListOf(optional)
        from shuffled in Gen.Shuffle([.. required, .. kept, ["\"payload\"", ":", .. payload]])
        from spaced in JsonGen.Spaced(["{", .. shuffled.SelectMany((member, i) => i == 0 ? member : [",", .. member]), "}"])
        select (spaced, string.Concat(payload));

    private static Gen<string> Of(EnvelopeMember member) => member.Rule == MemberRule.Id ? Id : member.Rule == MemberRule.Text ? Free : Traceparent;

    private static Gen<string[][]> Members(params (string Name, Gen<string> Value)[] members) =>
        from values in Gen.CollectToArray(members.Select(member => member.Value))
        select values.Select((value, i) => new[] { $"\"{members[i].Name}\"", ":", System.Text.Json.JsonSerializer.Serialize(value) }).ToArray();

    private static Gen<string> Chars(string first, string rest, int most) =>
        from start in Gen.Elements<char>(first)
        from others in Gen.ListOf(Gen.Elements<char>(rest))
        select start + string.Concat(others.Take(most));
}

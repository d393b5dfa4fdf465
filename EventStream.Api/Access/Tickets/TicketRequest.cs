using System.Globalization;
using System.Text.Json;
using EventStream.Api.Access.Grants;
using EventStream.Api.Publishing;
using EventStream.Events;

namespace EventStream.Api.Access.Tickets;

/// <summary>What the maker of a ticket asks for.</summary>
/// <param name="Grants">What its bearer may do.</param>
/// <param name="Subject">Who bears it, by the maker's word; null when it doesn't say.</param>
/// <param name="ExpiresIn">How long it counts.</param>
/// <param name="Once">Whether it opens one stream only.</param>
internal sealed record TicketRequest(IReadOnlyList<Grant> Grants, string? Subject, TimeSpan ExpiresIn, bool Once)
{
    public const int MaxBodyBytes = 16 * 1024;

    private const int MaxGrants = 16, DefaultSeconds = 300, MinSeconds = 5, MaxSeconds = 24 * 60 * 60;

    // With its maker's name in front it stands in events.
    private const int MaxSubject = EventLimits.MaxMemberLength - EventLimits.MaxIdLength - 1;

    private const string Example = """{"grants":["subscribe session:demo"],"expires_in":300}""";

    /// <exception cref="EventRejectedException">Names the member and the rule.</exception>
    public static TicketRequest Parse(ReadOnlyMemory<byte> body)
    {
        IReadOnlyList<Grant>? grants = null;
        string? subject = null;
        var (expires, once) = (DefaultSeconds, false);
        foreach (var member in WellFormedJson.ParseObject(body.Span, Example).EnumerateObject())
        {
            switch (member.Name)
            {
                case "grants":
                    grants = GrantsOf(member.Value);
                    break;
                case "subject":
                    subject = SubjectOf(member.Value);
                    break;
                case "expires_in":
                    expires = SecondsOf(member.Value);
                    break;
                case "once":
                    once = member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? member.Value.GetBoolean() : throw new EventRejectedException("/once", "must be true or false.");
                    break;
                default:
                    throw new EventRejectedException("", $"'{EventRejectedException.Shown(member.Name)}' is no member of a ticket's request; it has grants, subject, expires_in and once.");
            }
        }
        return new TicketRequest(grants ?? throw new EventRejectedException("/grants", $"must be given, such as {Example}."), subject, TimeSpan.FromSeconds(expires), once);
    }

    private static List<Grant> GrantsOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is 0 or > MaxGrants)
            throw new EventRejectedException("/grants", $"must be an array of 1 to {MaxGrants} grants, such as {Example}.");
        return [.. value.EnumerateArray().Select(GrantOf)];
    }

    private static Grant GrantOf(JsonElement value, int index)
    {
        var pointer = string.Create(CultureInfo.InvariantCulture, $"/grants/{index}");
        if (value.ValueKind != JsonValueKind.String || Grant.TryParse(value.GetString()!) is not { } grant) throw new EventRejectedException(pointer, $"is no grant; {Grant.Form}.");
        return grant.Action switch
        {
            GrantAction.Admin => throw new EventRejectedException(pointer, "is admin, which no ticket can hold: it is for keys and tokens of backends."),
            GrantAction.Publish when grant.Streams is not { Kind: "session", IsPrefix: false } => throw new EventRejectedException(pointer, "must name one session: a ticket publishes to no other stream, and to no pattern."),
            _ => grant,
        };
    }

    private static string SubjectOf(JsonElement value)
    {
        var isText = value.ValueKind == JsonValueKind.String;
        if (!isText || value.GetString() is not { Length: > 0 and <= MaxSubject } subject || !CallerName.IsPlain(subject))
            throw new EventRejectedException("/subject", $"must be a text of 1 to {MaxSubject} characters, {CallerName.Rule}.");
        return subject;
    }

    private static int SecondsOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var seconds) && seconds is >= MinSeconds and <= MaxSeconds ? seconds
            : throw new EventRejectedException("/expires_in", $"must be a whole number of seconds, {MinSeconds} to {MaxSeconds}.");
}

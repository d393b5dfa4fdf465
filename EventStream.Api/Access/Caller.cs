using EventStream.Api.Access.Grants;
using EventStream.Api.Access.Keys;
using EventStream.Bus;

namespace EventStream.Api.Access;

/// <summary>Who sent a request, and what it may do.</summary>
internal sealed class Caller
{
    /// <summary>Everyone, where the server is open: may do everything, and has no name.</summary>
    public static Caller Anyone { get; } = new() { Grants = [.. Enum.GetValues<GrantAction>().Select(action => new Grant(action, StreamPattern.All))] };

    /// <summary>The key's name or the token's subject; null when the server is open.</summary>
    public string? Name { get; init; }

    /// <summary>For whom a ticket was made, by the word of its maker.</summary>
    public string? Subject { get; init; }

    /// <summary>The key that this caller showed, or that its ticket was made with; null when it was none.</summary>
    public AccessKey? Key { get; init; }

    /// <summary>Whether it showed a ticket: then it may make no further ones.</summary>
    public bool IsTicket { get; init; }

    /// <summary>When the credential ends; null when it doesn't.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether it may cease to count while a request of it goes on.</summary>
    public bool MayEnd => Key is not null || ExpiresAt is not null;

    /// <summary>Whether its events are its own.</summary>
    public bool OwnsEvents { get; init; } = true;

    public required IReadOnlyList<Grant> Grants { get; init; }

    /// <summary>What events, limits and log lines know it by: the name, with the subject of its ticket.</summary>
    public string? Label => Subject is null ? Name : $"{Name}/{Subject}";

    /// <summary>Who pays for the streams that it makes; null when it has no name.</summary>
    public string? Maker => Label is { } label ? $"caller:{label}" : null;

    /// <summary>The publisher of its events in a stream; null when they have none, as in an open server.</summary>
    public Publisher? PublisherOn(StreamKey stream) => OwnsEvents && Label is { } label ? new Publisher(label, May(GrantAction.Admin, stream)) : null;

    public bool May(GrantAction action, StreamKey stream)
    {
        foreach (var grant in Grants)
        {
            if (grant.Allows(action, stream)) return true;
        }
        return false;
    }

    /// <summary>The same caller, whose events have no publisher.</summary>
    public Caller WithoutEvents() => new() { Name = Name, Subject = Subject, Key = Key, IsTicket = IsTicket, ExpiresAt = ExpiresAt, Grants = Grants, OwnsEvents = false };

    /// <summary>Whether it may hand a grant out.</summary>
    public bool Holds(Grant wanted) => Grants.Any(grant => grant.Covers(wanted));
}

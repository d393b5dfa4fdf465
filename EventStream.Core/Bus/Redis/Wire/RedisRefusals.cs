using System.Text.RegularExpressions;

namespace EventStream.Bus.Redis.Wire;

/// <summary>What the errors mean that Redis answers with.</summary>
internal static partial class RedisRefusals
{
    public const string MissingRightReason = "The Redis user of this server lacks a right";

    private static readonly BusRefusal MissingRight = new(MissingRightReason, "Give it the rights in docs/decisions/redis.md; ACL LOG names the one that is missing.") { IsLasting = true };

    private static readonly BusRefusal WrongType = new("A key of this stream holds another program's value in Redis", "Delete that key, or give EventStream a Redis of its own.") { IsLasting = true };

    private static readonly BusRefusal WrongPassword = new("Redis refuses the user or password of this server", "Correct them in ConnectionStrings:Redis.") { IsLasting = true };

    private static readonly BusRefusal ReadOnly = new("Redis is a read-only replica", "Name the master in ConnectionStrings:Redis; after a failover a replica is promoted by itself.");

    // What the text of an error contains, from the particular to the general. A script puts its own words around it, which differ between versions of Redis.
    private static readonly (string Text, BusRefusal Refusal)[] Known =
    [
        ("OOM command", BusRefusal.OutOfMemory),
        ("NOPERM", MissingRight),
        ("ACL failure", MissingRight),
        ("The user executing the script can't", MissingRight),
        ("WRONGPASS", WrongPassword),
        ("NOAUTH", WrongPassword),
        ("called without any password configured", new("Redis has no password, and this server is configured with one", "Take it out of ConnectionStrings:Redis, or give the user default that password.") { IsLasting = true }),
        ("invalid password", WrongPassword),
        ("WRONGTYPE", WrongType),
        ("READONLY", ReadOnly),
        ("not eligible for replica", ReadOnly),
        ("MISCONF", new("Redis takes no writes because it can't save its data to disk", "Look at the log and the disk of Redis.")),
        ("NOREPLICAS", new("Redis takes no writes because too few replicas follow it", "Start the replicas, or lower min-replicas-to-write.")),
        ("LOADING", new("Redis is still loading its data", "Wait until it has.")),
        ("CLUSTERDOWN", new("The Redis Cluster is down", "Wait for its failover, or start the missing nodes.")),
        ("MASTERDOWN", new("Redis has lost its master", "Wait for the failover, or start the master.")),
        ("BUSY Redis is busy", new("Redis is busy with a script of another program", "End it with SCRIPT KILL.")),
        ("max number of clients reached", new("Redis has too many clients", "Raise its maxclients.")),
        ("unknown command", new("Redis doesn't know a command of EventStream's", "Take Redis 6.2 or newer, and don't rename commands.")),
    ];

    private static readonly BusRefusal Other = new("Redis refused a command", "The server's log has its words (RedisRefused).");

    /// <summary>What the words of Redis mean, which may stand inside other words; null when they mean nothing known.</summary>
    public static BusRefusal? Find(string text)
    {
        foreach (var (words, refusal) in Known)
        {
            if (text.Contains(words, StringComparison.Ordinal)) return refusal == MissingRight && RightIn(text) is { } right ? refusal with { Fix = $"Give it {right}; all that it needs is in docs/decisions/redis.md." } : refusal;
        }
        return null;
    }

    /// <summary>What an error means that Redis answered.</summary>
    public static BusRefusal Of(string error) => Find(error) ?? Other;

    /// <summary>Whether a right is missing, and Redis didn't say which: it doesn't name the commands of scripts.</summary>
    public static bool LacksName(BusRefusal? refusal) => refusal == MissingRight;

    /// <summary>What is told of a refusal of a command for a key of all streams.</summary>
    public static BusRefusal? ForKey(BusRefusal? refusal, string key) => refusal == WrongType ? refusal with { Reason = $"The key {key} holds another program's value in Redis" } : refusal;

    private static string? RightIn(string text) => text switch
    {
        _ when text.Contains(" channel", StringComparison.Ordinal) => "the channels &session:* &project:* &broadcast:* &agent:* &eventstream:probe:*",
        _ when text.Contains(" key", StringComparison.Ordinal) => "the keys ~session:* ~project:* ~broadcast:* ~agent:*",
        _ => NamedCommand().Match(text) is { Success: true } match ? $"+{match.Groups["name"].Value}" : null,
    };

    // Only names of commands: the answer is shown to callers.
    [GeneratedRegex(@"'(?<name>[a-z|]{1,32})' command", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NamedCommand();
}

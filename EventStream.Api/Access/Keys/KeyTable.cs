using System.Security.Cryptography;
using System.Text;
using EventStream.Api.Settings;

namespace EventStream.Api.Access.Keys;

/// <summary>The keys that count now: those of the settings, and those of the file that may change.</summary>
/// <param name="settings">The settings.</param>
/// <param name="hashOf">Hashes a secret; only tests give another one.</param>
internal sealed class KeyTable(AccessSettings settings, Func<string, string> hashOf)
{
    // What an unknown id is compared with, so that it costs what a known one does.
    private static readonly AccessKey Unknown = new("", KeySecret.HashOf(""), "", []);

    private Dictionary<string, AccessKey> _keys = ById(settings.Keys);

    public KeyTable(AccessSettings settings) : this(settings, KeySecret.HashOf)
    {
    }

    /// <summary>The key that was shown; null when there is none such.</summary>
    public AccessKey? Find(string text)
    {
        if (KeySecret.TrySplit(text) is not { } shown) return null;
        var keys = Volatile.Read(ref _keys);
        var isKnown = keys.TryGetValue(shown.Id, out var key);
        var isRight = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hashOf(shown.Secret)), Encoding.ASCII.GetBytes((key ?? Unknown).Hash));
        return isKnown && isRight ? key : null;
    }

    /// <summary>The key that a ticket was made with; null when it doesn't count any more.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="hash">Its hash then.</param>
    public AccessKey? Get(string id, string? hash) => Volatile.Read(ref _keys).GetValueOrDefault(id) is { } key && key.Hash == hash ? key : null;

    /// <summary>Whether a key counts no longer, or allows something else now.</summary>
    public bool IsRevoked(AccessKey key) => !ReferenceEquals(Volatile.Read(ref _keys).GetValueOrDefault(key.Id), key);

    /// <summary>Takes the keys of the file in place of those that it had before.</summary>
    /// <returns>The keys that no longer count, and those that are new.</returns>
    /// <exception cref="SettingException">The settings hold a key of the same id.</exception>
    public (IReadOnlyList<AccessKey> Revoked, IReadOnlyList<AccessKey> Added) Replace(IReadOnlyList<AccessKey> ofFile)
    {
        var before = _keys;
        var after = ById([.. settings.Keys, .. ofFile]);
        // A key that stays is the same object, by which its callers are known.
        foreach (var (id, key) in before)
        {
            if (after.TryGetValue(id, out var now) && key.IsSame(now)) after[id] = key;
        }
        Volatile.Write(ref _keys, after);
        return ([.. before.Values.Except(after.Values)], [.. after.Values.Except(before.Values)]);
    }

    private static Dictionary<string, AccessKey> ById(IReadOnlyList<AccessKey> keys)
    {
        var byId = new Dictionary<string, AccessKey>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (!byId.TryAdd(key.Id, key)) throw new SettingException($"The key {key.Id} stands in the settings and in the file of Access:File; keep one of them.");
        }
        return byId;
    }
}

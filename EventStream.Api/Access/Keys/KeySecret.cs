using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace EventStream.Api.Access.Keys;

/// <summary>The text that a backend shows: <c>es_ID_SECRET</c>.</summary>
internal static partial class KeySecret
{
    public const string Prefix = "es_";

    public const string IdForm = "1 to 32 lower-case letters, digits and dashes";

    private const int SecretBytes = 32;

    // A secret of ours has 43 characters.
    private const int MaxSecretLength = 128;

    public static bool IsId(string text) => Id().IsMatch(text);

    /// <summary>Makes a key.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The text to show, and what the settings hold of it.</returns>
    public static (string Text, string Hash) Make(string id)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return ($"{Prefix}{id}_{secret}", HashOf(secret));
    }

    /// <summary>Splits what was shown; null when it can be no key.</summary>
    public static (string Id, string Secret)? TrySplit(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var end = text.IndexOf('_', Prefix.Length);
        if (end < 0) return null;
        var (id, secret) = (text[Prefix.Length..end], text[(end + 1)..]);
        return IsId(id) && secret.Length is > 0 and <= MaxSecretLength ? (id, secret) : null;
    }

    public static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    [GeneratedRegex(@"^[a-z0-9-]{1,32}\z", RegexOptions.None, 1000)]
    private static partial Regex Id();
}

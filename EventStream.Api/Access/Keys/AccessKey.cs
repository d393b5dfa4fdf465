using EventStream.Api.Access.Grants;

namespace EventStream.Api.Access.Keys;

/// <summary>A key of a backend or worker, as the settings know it: without its secret.</summary>
/// <param name="Id">What the key is known by in settings.</param>
/// <param name="Hash">The SHA-256 of the secret, as lower-case hexadecimal digits.</param>
/// <param name="Name">Who holds it.</param>
/// <param name="Grants">What who shows it may do.</param>
internal sealed record AccessKey(string Id, string Hash, string Name, IReadOnlyList<Grant> Grants)
{
    private Caller? _caller;

    /// <summary>Who shows it.</summary>
    public Caller Caller => _caller ??= new Caller { Name = Name, Key = this, Grants = Grants };

    /// <summary>Whether two are the same key with the same rights: then what was begun with the one may go on with the other.</summary>
    public bool IsSame(AccessKey other) => Id == other.Id && Hash == other.Hash && Name == other.Name && Grants.SequenceEqual(other.Grants);
}

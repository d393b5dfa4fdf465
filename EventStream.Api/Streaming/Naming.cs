namespace EventStream.Api.Streaming;

/// <summary>Under which names a client gets its events: <c>?names=</c>.</summary>
internal enum Naming
{
    /// <summary>Those of the catalogue, and publishers' own.</summary>
    Canonical,

    /// <summary>Those of the vocabulary that an event was normalised from.</summary>
    Native,

    /// <summary>Those that frontends of agents on Laravel Reverb listen to.</summary>
    Reverb,
}

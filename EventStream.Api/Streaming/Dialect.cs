namespace EventStream.Api.Streaming;

/// <summary>In which words a client gets its events.</summary>
internal enum Dialect
{
    /// <summary>The envelope under the names of the catalogue, and publishers' own.</summary>
    Canonical,

    /// <summary>The envelope under the names of the vocabulary that an event was normalised from: <c>?names=native</c>.</summary>
    Native,

    /// <summary>The envelope under the names that frontends of agents on Laravel Reverb listen to: <c>?names=reverb</c>.</summary>
    Reverb,

    /// <summary>Frames of Argos, <c>{type, timestamp, job|run|step|message|nodeState}</c>, on its own routes.</summary>
    Argos,

    /// <summary>Frames of Eddie, <c>{event, data}</c>: <c>?frame=event-data</c>. Each connection restores its own, because texts grow there.</summary>
    EventData,
}

namespace EventStream.Dialects;

/// <summary>What the messages of a dialect follow from, and so how often they are made.</summary>
internal enum DialectKind
{
    /// <summary>From the event alone: they are made once, for all clients.</summary>
    Shared,

    /// <summary>From the log up to the event: they are made once per feed, by one instance that is given every event in order.</summary>
    Folded,

    /// <summary>From what one client was told before: each connection has an instance of its own.</summary>
    PerConnection,

    /// <summary>From the log up to the event, and from what one client asked for: each connection has an instance of its own that is given every event in order.</summary>
    FoldedPerConnection,
}

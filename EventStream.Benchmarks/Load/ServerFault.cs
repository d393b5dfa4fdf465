namespace EventStream.Benchmarks.Load;

/// <summary>What a server of the self-test does wrong, with every tenth event.</summary>
internal enum ServerFault
{
    None,

    /// <summary>Nothing wrong: without chunks, until the connection is closed.</summary>
    Unchunked,

    /// <summary>Nothing wrong: in chunks of three bytes, each event in two pieces.</summary>
    Split,

    Lose,
    Repeat,
    Reorder,

    /// <summary>Gives it to the streams of other sessions too.</summary>
    Stray,

    /// <summary>Does nothing for half a second, once.</summary>
    Stall,

    /// <summary>Refuses every second stream.</summary>
    Refuse,

    /// <summary>Ends a stream in the middle.</summary>
    Drop,
}

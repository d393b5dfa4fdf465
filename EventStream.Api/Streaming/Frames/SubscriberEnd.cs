namespace EventStream.Api.Streaming.Frames;

/// <summary>Every way a stream can end. The same name stands in the frame, the log and the metric.</summary>
internal enum SubscriberEnd
{
    /// <summary>Still streaming.</summary>
    None,

    /// <summary>The client left.</summary>
    ClientGone,

    /// <summary>The client took nothing for the write timeout.</summary>
    SlowConsumer,

    /// <summary>The connection reached its maximum age; the client comes back with its cursor.</summary>
    Rotation,

    /// <summary>The server is stopping.</summary>
    Draining,

    /// <summary>The server is full.</summary>
    Busy,

    /// <summary>The server holds as much of conversations in other dialects as it may.</summary>
    NoMemory,

    /// <summary>The caller has as many streams as it may.</summary>
    TooManyStreams,

    /// <summary>The bus didn't answer when the client connected.</summary>
    Unavailable,

    /// <summary>The session ended, in <c>close=session</c>.</summary>
    SessionEnded,

    /// <summary>The session was deleted.</summary>
    SessionDeleted,

    /// <summary>The run ended, in <c>close=terminal</c>.</summary>
    RunEnded,

    /// <summary>The run waits for a person, in a dialect whose clients read up to there.</summary>
    RunPaused,

    /// <summary>What the client showed of who it is has ended.</summary>
    AuthExpired,

    /// <summary>The key that the client came by counts no longer, or allows something else.</summary>
    AuthRevoked,

    /// <summary>The client asks for what can't be served; it is told so where there is no status to say it with.</summary>
    Refused,

    /// <summary>The client sends more messages than a watcher has to send.</summary>
    TooManyMessages,

    /// <summary>The client sends more bytes than a watcher has to send.</summary>
    MessagesTooLarge,

    /// <summary>The client breaks a rule of its protocol.</summary>
    ProtocolError,

    /// <summary>The server failed; a defect.</summary>
    Error,
}

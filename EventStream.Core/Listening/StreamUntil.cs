namespace EventStream.Listening;

/// <summary>When a <see cref="StreamListener"/> ends by itself. It always does when the session is deleted.</summary>
public enum StreamUntil
{
    /// <summary>Only when the session is deleted.</summary>
    Deleted,

    /// <summary>After <c>session_ended</c>.</summary>
    SessionEnds,

    /// <summary>After the event that ends the run of <see cref="ListenOptions.RunId"/>.</summary>
    RunEnds,
}

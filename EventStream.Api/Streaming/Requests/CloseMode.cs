namespace EventStream.Api.Streaming.Requests;

/// <summary>When the server ends a stream by itself: <c>?close=</c>.</summary>
internal enum CloseMode
{
    /// <summary>Only when the session is deleted.</summary>
    Never,

    /// <summary>After the session's end.</summary>
    Session,

    /// <summary>After the terminal event of the run in <c>run_id</c>.</summary>
    Terminal,
}

namespace EventStream.Api.Ingest;

/// <summary>Which limit an upload broke.</summary>
internal enum UploadRefusal
{
    /// <summary>There are as many uploads as there may be.</summary>
    Busy,

    /// <summary>The uploads hold as many bytes as they may.</summary>
    NoMemory,

    /// <summary>A line didn't end in time.</summary>
    LateLine,

    /// <summary>The client didn't read its answers.</summary>
    UnreadAnswers,
}

namespace EventStream.Api.Publishing;

/// <summary>How the body of a request is written.</summary>
internal enum BodyForm
{
    /// <summary>One JSON value.</summary>
    Json,

    /// <summary>NDJSON: one JSON value a line.</summary>
    Lines,

    /// <summary>Server-Sent Events, whose data is JSON.</summary>
    EventStream,

    /// <summary>The content type doesn't say: it is what a tool sends by itself, or there is none.</summary>
    Unstated,
}

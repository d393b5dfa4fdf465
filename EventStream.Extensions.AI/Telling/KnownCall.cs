namespace EventStream.Extensions.AI.Telling;

/// <summary>A tool call that was told.</summary>
internal sealed class KnownCall(string id, string? sourceId, string runId, string name)
{
    /// <summary>The id in the events: the provider's, unless that was used before in the session.</summary>
    public string Id => id;

    /// <summary>The provider's id, where it differs.</summary>
    public string? SourceId => sourceId;

    /// <summary>The run that it began in.</summary>
    public string RunId => runId;

    /// <summary>The tool.</summary>
    public string Name => name;

    /// <summary>A digest of its arguments, by which they are told from others.</summary>
    public string? Args { get; set; }

    public bool HasResult { get; set; }

    /// <summary>Whether somebody forbade it.</summary>
    public bool IsBlocked { get; set; }
}

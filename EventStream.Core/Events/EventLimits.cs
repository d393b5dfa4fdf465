namespace EventStream.Events;

/// <summary>How large events and batches may be.</summary>
public static class EventLimits
{
    /// <summary>The most bytes that one event takes as JSON, envelope included.</summary>
    /// <value>256 KiB.</value>
    public const int MaxEventBytes = 256 * 1024;

    /// <summary>The most events that are published at once.</summary>
    /// <value>1,000.</value>
    public const int MaxBatchEvents = 1000;

    /// <summary>The most bytes that are published at once.</summary>
    /// <value>4 MiB.</value>
    public const int MaxBatchBytes = 4 * 1024 * 1024;

    /// <summary>How deep JSON may be nested, envelope and array of a batch included.</summary>
    /// <value>64, the default of most JSON readers.</value>
    public const int MaxJsonDepth = 64;

    /// <summary>How deep a payload may be nested, so that its event fits into a batch.</summary>
    /// <value>62.</value>
    public const int MaxPayloadDepth = MaxJsonDepth - 2;

    /// <summary>The most characters of an id.</summary>
    /// <value>128.</value>
    public const int MaxIdLength = 128;

    /// <summary>The most characters of an envelope member that is no id, such as <c>source_type</c>.</summary>
    /// <value>256.</value>
    public const int MaxMemberLength = 256;
}

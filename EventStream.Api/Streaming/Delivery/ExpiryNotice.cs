namespace EventStream.Api.Streaming.Delivery;

/// <summary>Whether a client was told that what it showed of who it is ends soon.</summary>
internal enum ExpiryNotice
{
    None,
    Due,
    Told,
}

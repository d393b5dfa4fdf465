namespace EventStream.Api.Streaming.Feeds;

/// <summary>Who listens to a feed. The feed says that it moved; how the news reaches clients isn't its business.</summary>
internal interface IFeedAudience
{
    /// <summary>The feed holds more than before, or went back. Called without the feed's lock.</summary>
    /// <param name="mayServeHere">Whether this thread, which hears of events, may bring them to a few clients itself.</param>
    void OnMoved(bool mayServeHere);
}

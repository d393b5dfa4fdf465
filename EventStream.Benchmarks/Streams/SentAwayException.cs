namespace EventStream.Benchmarks.Streams;

/// <summary>The server asked the client to come back later.</summary>
internal sealed class SentAwayException(string message, int retryMs) : IOException(message)
{
    public int RetryMs => retryMs;
}

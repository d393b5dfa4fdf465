namespace EventStream.Benchmarks.Streams;

/// <summary>The server told the client to return later.</summary>
internal sealed class SentAwayException(string message, int retryMs) : IOException(message)
{
    public int RetryMs => retryMs;
}

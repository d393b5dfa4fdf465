namespace EventStream.Api.Access.Limits;

/// <summary>A caller wants more than it may have now. The message names the limit and its setting.</summary>
internal sealed class LimitExceededException(string message, TimeSpan retryAfter) : Exception(message)
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}

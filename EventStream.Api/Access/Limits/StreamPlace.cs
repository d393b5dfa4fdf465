using System.Threading.RateLimiting;

namespace EventStream.Api.Access.Limits;

/// <summary>What an open stream takes of its caller's number. Small: it is kept for as long as the stream lives.</summary>
internal sealed class StreamPlace(RateLimitLease ofName, RateLimitLease? ofUser) : IDisposable
{
    public void Dispose()
    {
        ofName.Dispose();
        ofUser?.Dispose();
    }
}

using EventStream.Bus;

namespace EventStream.Tests.Support;

/// <summary>An appender that promises to keep no caller.</summary>
internal sealed class NonBlockingAppender(IEventAppender appender) : INonBlockingAppender
{
    public ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default) => appender.AppendAsync(request, cancellationToken);
}

namespace EventStream.Bus;

/// <summary>An appender whose <see cref="IEventAppender.AppendAsync"/> doesn't keep the calling thread: it returns once the events are on their way.</summary>
internal interface INonBlockingAppender : IEventAppender;

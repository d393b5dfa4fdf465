using EventStream.Api.Streaming;
using EventStream.Api.Streaming.Requests;

namespace EventStream.Api.AgUi;

/// <summary>Answers with a stream once the handler is done, so that nothing of the request is kept for it.</summary>
internal sealed class AgUiAnswer(StreamHandler streams, StreamRequest request) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext) => streams.SendAsync(httpContext, () => request);
}

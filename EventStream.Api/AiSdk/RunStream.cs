using EventStream.Api.Streaming;
using EventStream.Api.Streaming.Requests;

namespace EventStream.Api.AiSdk;

/// <summary>Answers with the stream of a run.</summary>
/// <param name="streams">Sends it.</param>
/// <param name="path">The chat and the run.</param>
/// <param name="request">What is asked of the stream.</param>
internal sealed class RunStream(StreamHandler streams, ChatPath path, StreamRequest request) : IResult
{
    /// <summary>Names the run for transports that resume by it.</summary>
    public const string RunHeader = "x-workflow-run-id";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers[RunHeader] = $"{path}";
        return streams.SendAsync(httpContext, () => request);
    }
}

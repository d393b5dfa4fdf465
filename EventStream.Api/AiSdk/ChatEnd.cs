using System.Text;
using EventStream.Foreign;

namespace EventStream.Api.AiSdk;

/// <summary>Tells a client that asks on until it is told of a finish that there is nothing more.</summary>
/// <param name="error">What is wrong; null when it has all.</param>
internal sealed class ChatEnd(string? error) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["x-vercel-ai-ui-message-stream"] = "v1";
        var body = new StringBuilder();
        if (error is not null) body.Append("data: ").Append(new PayloadWriter().BeginNative().Text("type", "error").Text("errorText", error).Finish()).Append("\n\n");
        body.Append("data: ").Append(new PayloadWriter().BeginNative().Text("type", "finish").Text("finishReason", error is null ? "other" : "error").Finish()).Append("\n\ndata: [DONE]\n\n");
        return response.WriteAsync(body.ToString(), httpContext.RequestAborted);
    }
}

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EventStream.Tests.Support;

/// <summary>A proxy that cuts streams behind a number of events, as a network does that fails.</summary>
internal sealed class FrameCutter : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly LoopbackServer _server;
    private readonly Func<int, int?> _eventsOf;
    private readonly bool _isPolite;
    private int _streams;

    private FrameCutter(Uri target, Func<int, int?> eventsOf, bool isPolite, CancellationToken cancellationToken)
    {
        (_eventsOf, _isPolite, _client) = (eventsOf, isPolite, new HttpClient { BaseAddress = target, Timeout = Timeout.InfiniteTimeSpan });
        _server = LoopbackServer.StartAsync(ForwardAsync, cancellationToken).GetAwaiter().GetResult();
    }

    public Uri Address => _server.Address;

    /// <summary>How many streams it has forwarded.</summary>
    public int Streams => _streams;

    /// <summary>Starts a proxy.</summary>
    /// <param name="target">Where the streams come from.</param>
    /// <param name="eventsOf">After how many events each stream is cut, counted from 1; null lets it go on.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <param name="isPolite">Whether it ends the answer as if that were all: a reader that meets an error forgets what it hasn't read yet.</param>
    public static FrameCutter Start(Uri target, Func<int, int?> eventsOf, CancellationToken cancellationToken, bool isPolite = false) => new(target, eventsOf, isPolite, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(context.Request.Method), $"{context.Request.Path}{context.Request.QueryString}".TrimStart('/'));
        if (HttpMethods.IsPost(context.Request.Method))
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }
        foreach (var name in (string[])["Accept", "Last-Event-ID"]) if (context.Request.Headers[name].Count > 0) request.Headers.TryAddWithoutValidation(name, context.Request.Headers[name].ToString());
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        (context.Response.StatusCode, context.Response.ContentType) = ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString());
        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        var left = answer.Content.Headers.ContentType?.MediaType == "text/event-stream" ? _eventsOf(Interlocked.Increment(ref _streams)) : null;
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(context.RequestAborted));
        var isEvent = false;
        while (await lines.ReadLineAsync(context.RequestAborted) is { } line)
        {
            await context.Response.WriteAsync($"{line}\n", context.RequestAborted);
            isEvent |= line.StartsWith("data:", StringComparison.Ordinal);
            if (line.Length > 0) continue;
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (isEvent && --left == 0)
            {
                if (!_isPolite) context.Abort();
                return;
            }
            isEvent = false;
        }
    }
}

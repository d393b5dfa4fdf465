using System.Net;
using System.Net.Http.Headers;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Listening.Http;

/// <summary>Asks a server for a stream.</summary>
internal sealed class StreamRequester(HttpClient client, ListenRequest request, TimeProvider time)
{
    // Longer than a server waits for its bus.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(15);
    private const int MaxProblemBytes = 64 * 1024;

    private Uri Server => client.BaseAddress!;

    /// <param name="after">The cursor to go on after; null starts where the request says.</param>
    /// <param name="wait">Takes the time for which the server asks to stay away.</param>
    /// <param name="cancellationToken">Ends the stream too.</param>
    /// <returns>Null when the stream is over.</returns>
    /// <exception cref="BusUnavailableException">Now there is none; a later try may succeed.</exception>
    /// <exception cref="HttpRequestException">Repeating won't help.</exception>
    public async Task<OpenStream?> OpenAsync(Cursor? after, Action<TimeSpan> wait, CancellationToken cancellationToken)
    {
        using var attempt = new CancellationTokenSource(AnswerTimeout, time);
        await using var leaving = cancellationToken.UnsafeRegister(static attempt => ((CancellationTokenSource)attempt!).Cancel(), attempt).ConfigureAwait(false);
        HttpResponseMessage? response = null;
        try
        {
            response = await SendAsync(after, attempt.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
            {
                // The token may have ended a moment ago; the second request asks for it again.
                response.Dispose();
                response = await SendAsync(after, attempt.Token).ConfigureAwait(false);
            }
            if (response.StatusCode == HttpStatusCode.NoContent) return null;
            if (response.StatusCode != HttpStatusCode.OK || response.Content.Headers.ContentType?.MediaType != "text/event-stream")
            {
                wait(RetryAfter(response));
                throw ListenRefusal.Of(response, await ProblemAsync(response, attempt.Token).ConfigureAwait(false), Server);
            }
            var stream = new OpenStream(response, await response.Content.ReadAsStreamAsync(attempt.Token).ConfigureAwait(false), time, cancellationToken);
            response = null;
            return stream;
        }
        catch (HttpRequestException e) when (e.StatusCode is null)
        {
            throw ServerFaults.Unanswered(e, Server);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new BusUnavailableException($"The server at {Server} didn't answer in time, or not to the end.", e);
        }
        finally
        {
            response?.Dispose();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Cursor? after, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, ListenAddress.Of(request, after is null && request.From.IsEarliest)) { Version = client.DefaultRequestVersion, VersionPolicy = client.DefaultVersionPolicy };
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (after is { } cursor) message.Headers.TryAddWithoutValidation("Last-Event-ID", cursor.ToString());
        return await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
    }

    private TimeSpan RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => TimeSpan.Zero,
    };

    // A page may be of any length; then it is no problem of a server of ours.
    private static async Task<byte[]> ProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxProblemBytes, cancellationToken).ConfigureAwait(false);
            return await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return [];
        }
    }
}

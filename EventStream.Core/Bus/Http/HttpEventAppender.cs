using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using EventStream.Events;

namespace EventStream.Bus.Http;

/// <summary>Appends through a server's <c>POST /events/{sessionId}</c>, for workers that can't reach the bus. It appends to sessions only.</summary>
public sealed class HttpEventAppender : IEventAppender, INativeIngest, ILeases, ISessionReads
{
    private static readonly MediaTypeHeaderValue NdJson = new("application/x-ndjson");
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    // Receipts of the largest batch take a few hundred kilobytes; those of native events may be several times as many.
    private const int MaxAnswerBytes = 16 * 1024 * 1024;

    private readonly HttpClient _client;

    /// <summary>Publishes to the server at the client's base address.</summary>
    /// <param name="client">Its base address is the server's root; its timeout bounds each attempt. It isn't disposed with the appender.</param>
    /// <exception cref="ArgumentException">The client has no base address.</exception>
    public HttpEventAppender(HttpClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (client.BaseAddress is null) throw new ArgumentException("The client needs a BaseAddress: the server's root, such as http://localhost:8000/.", nameof(client));
        _client = client;
    }

    private Uri Server => _client.BaseAddress!;

    /// <inheritdoc/>
    /// <remarks>Every event is sent with its id, by which the server recognises a repetition. <see cref="AppendResult.Listeners"/> is not known here and 0.</remarks>
    /// <exception cref="HttpRequestException">Repeating won't help: the server answers with a status such as 404 or a redirect, its certificate isn't trusted, or what answers doesn't speak HTTP or TLS.</exception>
    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        if (!request.Stream.TakesPublishers)
            throw new NotSupportedException($"Over HTTP only sessions can be published to, not '{request.Stream}'; the server appends to projects and broadcast itself.");
        if (request.ExpectedHead is not null)
            throw new NotSupportedException("An expected head isn't supported over HTTP; leave AppendRequest.ExpectedHead null, or append to the bus itself.");

        using var content = new ReadOnlyMemoryContent(LinesOf(request).WrittenMemory);
        content.Headers.ContentType = NdJson;
        var address = $"events/{Uri.EscapeDataString(request.Stream.Id)}{QueryOf(request)}";
        return HttpReceipts.Read(await PostAsync(address, content, cancellationToken).ConfigureAwait(false), request.Events, Server);
    }

    async ValueTask<bool> ILeases.RenewAsync(StreamKey stream, string runId, Publisher? publisher, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(default);
        var answer = await PostAsync($"sessions/{Uri.EscapeDataString(stream.Id)}/runs/{Uri.EscapeDataString(runId)}/lease", content, HttpStatusCode.NoContent, cancellationToken).ConfigureAwait(false);
        // 204 has nothing in it, 409 says why not.
        return answer.Length == 0;
    }

    async ValueTask<byte[]> ISessionReads.ReadSessionAsync(StreamKey session, CancellationToken cancellationToken) =>
        await SendAsync(HttpMethod.Get, $"sessions/{Uri.EscapeDataString(session.Id)}", content: null, HttpStatusCode.OK, cancellationToken).ConfigureAwait(false);

    Task<IReadOnlyList<IngestReceipt>> INativeIngest.IngestAsync(string source, ReadOnlyMemory<byte> json, IngestContext context, CancellationToken cancellationToken) =>
        IngestAsync(source, json, context, cancellationToken);

    // The request isn't retried: a native event without an id of its own would be stored twice.
    private async Task<IReadOnlyList<IngestReceipt>> IngestAsync(string source, ReadOnlyMemory<byte> json, IngestContext context, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(json);
        content.Headers.ContentType = Json;
        var address = $"ingest/{Uri.EscapeDataString(source)}{HttpIngestReceipts.QueryOf(context)}";
        return HttpIngestReceipts.Read(await PostAsync(address, content, cancellationToken).ConfigureAwait(false), Server);
    }

    private static string QueryOf(AppendRequest request)
    {
        var parts = new List<string>();
        if (request.Broadcast) parts.Add("broadcast=true");
        if (request.Claim) parts.Add("claim=true");
        // A server takes whole seconds; a lease that is a little longer loses nothing.
        if (request.Lease is { } lease) parts.Add($"lease={Math.Ceiling(lease.TotalSeconds).ToString(CultureInfo.InvariantCulture)}");
        return parts.Count == 0 ? "" : $"?{string.Join('&', parts)}";
    }

    private Task<byte[]> PostAsync(string address, HttpContent content, CancellationToken cancellationToken) => PostAsync(address, content, HttpStatusCode.OK, cancellationToken);

    private Task<byte[]> PostAsync(string address, HttpContent content, HttpStatusCode expected, CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, address, content, expected, cancellationToken);

    private async Task<byte[]> SendAsync(HttpMethod method, string address, HttpContent? content, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The client's own timeout ends with the headers when the body is read here.
        attempt.CancelAfter(_client.Timeout);
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(address, UriKind.Relative)) { Content = content, Version = _client.DefaultRequestVersion, VersionPolicy = _client.DefaultVersionPolicy };
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, attempt.Token).ConfigureAwait(false);
            // A client that follows redirects has turned the POST into a GET, which may have opened a stream.
            if (response.RequestMessage is { Method: var sent, RequestUri: var end } && sent != method) throw HttpRefusal.Redirected(HttpStatusCode.Redirect, Server, end);
            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, attempt.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(attempt.Token).ConfigureAwait(false);
            return response.StatusCode == expected || response.StatusCode == HttpStatusCode.Conflict ? body : throw HttpRefusal.Of(response, body, Server);
        }
        catch (HttpRequestException e) when (e.StatusCode is null)
        {
            throw ServerFaults.Unanswered(e, Server);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BusUnavailableException($"The server at {Server} didn't answer in time.", e);
        }
    }

    private static ArrayBufferWriter<byte> LinesOf(AppendRequest request)
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (var envelope in request.Events)
        {
            EventWriter.Write(lines, envelope);
            lines.Write("\n"u8);
        }
        return lines;
    }
}

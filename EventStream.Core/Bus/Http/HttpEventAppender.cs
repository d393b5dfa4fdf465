using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using EventStream.Events;

namespace EventStream.Bus.Http;

/// <summary>Appends through a server's <c>POST /events/{sessionId}</c>, for workers that can't reach the bus. It appends to sessions only.</summary>
public sealed class HttpEventAppender : IEventAppender, INativeIngest
{
    private static readonly MediaTypeHeaderValue NdJson = new("application/x-ndjson");
    private static readonly MediaTypeHeaderValue Json = new("application/json");
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

    /// <inheritdoc/>
    /// <inheritdoc/>
    /// <remarks>Every event is sent with its id, by which the server recognises a repetition. <see cref="AppendResult.Listeners"/> is not known here and 0.</remarks>
    /// <exception cref="HttpRequestException">The server answers with a status that repeating won't change, such as 404.</exception>
    public async ValueTask<AppendResult> AppendAsync(AppendRequest request, CancellationToken cancellationToken = default)
    {
        if (!request.Stream.TakesPublishers)
            throw new NotSupportedException($"Over HTTP only sessions can be published to, not '{request.Stream}'; the server appends to projects and broadcast itself.");
        if (request.ExpectedHead is not null)
            throw new NotSupportedException("An expected head isn't supported over HTTP; leave AppendRequest.ExpectedHead null, or append to the bus itself.");

        return HttpReceipts.Read(await SendAsync(() => PostAsync(request, cancellationToken), cancellationToken).ConfigureAwait(false), request.Events);
    }

    Task<IReadOnlyList<IngestReceipt>> INativeIngest.IngestAsync(string source, ReadOnlyMemory<byte> json, IngestContext context, CancellationToken cancellationToken) =>
        IngestAsync(source, json, context, cancellationToken);

    // The request isn't retried: a native event without an id of its own would be stored twice.
    private async Task<IReadOnlyList<IngestReceipt>> IngestAsync(string source, ReadOnlyMemory<byte> json, IngestContext context, CancellationToken cancellationToken)
    {
        using var content = new ReadOnlyMemoryContent(json);
        content.Headers.ContentType = Json;
        var address = new Uri($"ingest/{Uri.EscapeDataString(source)}{HttpIngestReceipts.QueryOf(context)}", UriKind.Relative);
        return HttpIngestReceipts.Read(await SendAsync(() => _client.PostAsync(address, content, cancellationToken), cancellationToken).ConfigureAwait(false));
    }

    private async Task<byte[]> SendAsync(Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await send().ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict ? body : throw HttpRefusal.Of(response.StatusCode, body, _client.BaseAddress!);
        }
        catch (HttpRequestException e) when (e.StatusCode is null)
        {
            throw new BusUnavailableException($"The server at {_client.BaseAddress} can't be reached.", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BusUnavailableException($"The server at {_client.BaseAddress} didn't answer in time.", e);
        }
    }

    private async Task<HttpResponseMessage> PostAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        foreach (var envelope in request.Events)
        {
            EventWriter.Write(body, envelope);
            body.Write("\n"u8);
        }
        using var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.ContentType = NdJson;
        return await _client.PostAsync(new Uri($"events/{Uri.EscapeDataString(request.Stream.Id)}{(request.Broadcast ? "?broadcast=true" : "")}", UriKind.Relative), content, cancellationToken).ConfigureAwait(false);
    }
}

using System.Net.ServerSentEvents;

namespace EventStream.Listening.Http;

/// <summary>One connection to a server that answered with a stream.</summary>
internal sealed class OpenStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly WatchedBody _body;
    private readonly SseParser<ReadOnlyMemory<byte>> _parser;
    private readonly IAsyncEnumerator<SseItem<ReadOnlyMemory<byte>>> _items;

    public OpenStream(HttpResponseMessage response, Stream body, TimeProvider time, CancellationToken leaving)
    {
        _response = response;
        _body = new WatchedBody(body, time, leaving);
        _parser = SseParser.Create(_body, static (_, data) => (ReadOnlyMemory<byte>)data.ToArray());
        _items = _parser.EnumerateAsync(leaving).GetAsyncEnumerator(leaving);
    }

    /// <summary>How long the server has clients wait before they come back; zero while it hasn't said.</summary>
    public TimeSpan Retry => _parser.ReconnectionInterval > TimeSpan.Zero ? _parser.ReconnectionInterval : TimeSpan.Zero;

    /// <returns>The next event; null when the connection has ended.</returns>
    public async Task<SseItem<ReadOnlyMemory<byte>>?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _items.MoveNextAsync().ConfigureAwait(false) ? _items.Current : null;
        }
        catch (Exception e) when (e is IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync().ConfigureAwait(false);
        await _body.DisposeAsync().ConfigureAwait(false);
        _response.Dispose();
    }
}

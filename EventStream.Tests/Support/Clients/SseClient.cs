using System.Net.ServerSentEvents;
using System.Text;
using System.Threading.Channels;
using EventStream.Events;
using Xunit;

namespace EventStream.Tests.Support;

/// <summary>A client of a stream. It keeps the raw text, and the events as an independent parser reads them.</summary>
internal sealed class SseClient : IAsyncDisposable
{
    private readonly Channel<SseItem<string>> _queue = Channel.CreateUnbounded<SseItem<string>>();
    private readonly CancellationTokenSource _leaving = new();
    private readonly RecordingStream _body;
    private readonly Task _reading;

    private SseClient(HttpResponseMessage response, Stream body, Task? beforeReading)
    {
        (Response, _body) = (response, new RecordingStream(body));
        _reading = ReadAsync(beforeReading ?? Task.CompletedTask);
    }

    public HttpResponseMessage Response { get; }

    /// <summary>All received text, byte for byte.</summary>
    public string Raw => _body.Text;

    /// <summary>The id of the last block that had one, also of a block without data: a browser would reconnect with it.</summary>
    public string? LastId => Raw[..(Raw.LastIndexOf("\n\n", StringComparison.Ordinal) + 1)].Split('\n').LastOrDefault(line => line.StartsWith("id: ", StringComparison.Ordinal))?[4..];

    public Cursor Position => Cursor.Parse(LastId!);

    /// <summary>Opens a stream, whatever the server answers, and reads nothing of it until <paramref name="beforeReading"/> completes.</summary>
    public static async Task<SseClient> OpenAsync(HttpClient client, string pathAndQuery, string? lastEventId = null, string accept = "text/event-stream", Task? beforeReading = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, pathAndQuery);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await OpenAsync(client, request, lastEventId, beforeReading);
    }

    /// <summary>Opens a stream that answers a post.</summary>
    public static async Task<SseClient> PostAsync(HttpClient client, string pathAndQuery, string body, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, pathAndQuery) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        return await OpenAsync(client, request, lastEventId, beforeReading: null);
    }

    private static async Task<SseClient> OpenAsync(HttpClient client, HttpRequestMessage request, string? lastEventId, Task? beforeReading)
    {
        if (lastEventId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        using var deadline = Deadline();
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, deadline.Token);
        return new SseClient(response, await response.Content.ReadAsStreamAsync(deadline.Token), beforeReading);
    }

    /// <summary>The next event.</summary>
    public async Task<SseItem<string>> NextAsync()
    {
        using var deadline = Deadline();
        try
        {
            return await _queue.Reader.ReadAsync(deadline.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"No further event came. The stream so far:\n{Raw}", e);
        }
    }

    public async Task<SseItem<string>[]> NextAsync(int count)
    {
        var items = new SseItem<string>[count];
        for (var i = 0; i < count; i++) items[i] = await NextAsync();
        return items;
    }

    /// <summary>The events up to the first that matches, which is the last of the result.</summary>
    public async Task<List<SseItem<string>>> ReadUntilAsync(Func<SseItem<string>, bool> isWanted)
    {
        var items = new List<SseItem<string>>();
        do items.Add(await NextAsync()); while (!isWanted(items[^1]));
        return items;
    }

    /// <summary>The remaining events of a stream that the server ends.</summary>
    public async Task<List<SseItem<string>>> ReadToEndAsync()
    {
        using var deadline = Deadline();
        var items = new List<SseItem<string>>();
        await foreach (var item in _queue.Reader.ReadAllAsync(deadline.Token)) items.Add(item);
        return items;
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        Response.Dispose();
        await _reading;
        await _body.DisposeAsync();
        _leaving.Dispose();
    }

    private async Task ReadAsync(Task beforeReading)
    {
        try
        {
            await beforeReading.WaitAsync(_leaving.Token);
            await foreach (var item in SseParser.Create(_body, (_, data) => Encoding.UTF8.GetString(data)).EnumerateAsync(_leaving.Token)) _queue.Writer.TryWrite(item);
            _queue.Writer.Complete();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            _queue.Writer.Complete(e is IOException && !_leaving.IsCancellationRequested ? e : null);
        }
    }

    private static CancellationTokenSource Deadline()
    {
        var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Timeouts.Default);
        return deadline;
    }
}

using System.Buffers;
using System.Net.Http.Headers;
using EventStream.Dispatching;
using EventStream.Events;

namespace EventStream.Benchmarks.Streams;

/// <summary>Publishes numbered events, with or without a project, by a dispatcher or by POST.</summary>
internal sealed class ProjectPublisher(EventDispatcher dispatcher, HttpClient http, int textBytes)
{
    private static readonly MediaTypeHeaderValue NdJson = new("application/x-ndjson");
    private static readonly EventFactory Factory = new(TimeProvider.System);

    /// <summary>Queues one event.</summary>
    public ValueTask QueueAsync(string session, string? project, int number) =>
        dispatcher.PublishAsync(session, NumberedEvents.Type, NumberedEvents.Payload(number, textBytes), new PublishOptions { ProjectId = project });

    public Task FlushAsync() => dispatcher.FlushAsync();

    /// <summary>Publishes some events, and waits until all their streams hold them.</summary>
    public async Task ConfirmAsync(string session, string? project, int first, int count)
    {
        var options = new PublishOptions { ProjectId = project };
        await Task.WhenAll(Enumerable.Range(first, count).Select(number =>
            dispatcher.PublishAndConfirmAsync(session, NumberedEvents.Type, NumberedEvents.Payload(number, textBytes), options)).ToArray());
    }

    /// <summary>Posts some events in one request.</summary>
    public async Task PostAsync(string session, string? project, int first, int count)
    {
        var body = new ArrayBufferWriter<byte>();
        for (var i = 0; i < count; i++)
        {
            EventWriter.Write(body, Factory.Create(session, NumberedEvents.Type, NumberedEvents.Payload(first + i, textBytes), new PublishOptions { ProjectId = project }));
            body.Write("\n"u8);
        }
        using var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.ContentType = NdJson;
        using var answer = await http.PostAsync(new Uri($"events/{session}", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
    }
}

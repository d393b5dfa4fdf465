using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using EventStream.Tests.Support;
using Xunit;

namespace EventStream.Tests.AiSdk;

/// <summary>What a chat is answered: chunks, as an independent parser reads them.</summary>
internal sealed class ChatAnswer(HttpResponseMessage response) : IDisposable
{
    private readonly List<string> _read = [];
    private IAsyncEnumerator<SseItem<string>>? _items;

    public HttpStatusCode Status => response.StatusCode;

    /// <summary>What a transport that resumes by it is told.</summary>
    public string Run => Header("x-workflow-run-id");

    public string Header(string name) => response.Headers.GetValues(name).Single();

    public async Task<JsonElement> ProblemAsync() => JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

    /// <summary>Reads until a chunk holds a text; all that was read so far.</summary>
    public async Task<IReadOnlyList<string>> ReadUntilAsync(string text)
    {
        while (await NextAsync() is { } next) if (next.Contains(text, StringComparison.Ordinal)) return _read;
        throw new InvalidOperationException($"'{text}' never came:\n{string.Join('\n', _read)}");
    }

    /// <summary>All chunks up to the end.</summary>
    public async Task<IReadOnlyList<string>> ReadToEndAsync()
    {
        while (await NextAsync() is not null)
        {
            // Each is kept.
        }
        return _read;
    }

    /// <summary>The types of all chunks up to the end.</summary>
    public async Task<IReadOnlyList<string>> TypesAsync() => [.. (await ReadToEndAsync()).Select(TypeOf)];

    public static string TypeOf(string chunk) => chunk == "[DONE]" ? chunk : JsonElement.Parse(chunk).GetProperty("type").GetString()!;

    public void Dispose() => response.Dispose();

    private async Task<string?> NextAsync()
    {
        _items ??= SseParser.Create(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)).EnumerateAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        if (!await _items.MoveNextAsync().AsTask().WaitAsync(Timeouts.Default, TestContext.Current.CancellationToken)) return null;
        _read.Add(_items.Current.Data);
        return _items.Current.Data;
    }
}

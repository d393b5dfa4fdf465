using Microsoft.Extensions.AI;

namespace EventStream.Tests.Support;

/// <summary>A model that gives the answers of a test, one for each request, and keeps the requests.</summary>
internal sealed class ScriptedModel : IChatClient
{
    private readonly Queue<Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>>> _answers = new();
    private readonly List<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> _requests = [];

    public IReadOnlyList<(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options)> Requests
    {
        get { lock (_requests) return [.. _requests]; }
    }

    public ScriptedModel Then(params ChatResponseUpdate[] updates) => Then(_ => updates.ToAsyncEnumerable());

    public ScriptedModel Then(Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> answer)
    {
        lock (_requests) _answers.Enqueue(answer);
        return this;
    }

    /// <summary>An answer that begins with these updates and then waits until it is cancelled.</summary>
    public ScriptedModel ThenHang(params ChatResponseUpdate[] updates) => Then(cancel => Hang(updates, cancel));

    /// <summary>An answer that begins with these updates and then throws.</summary>
    public ScriptedModel ThenThrow(Exception fault, params ChatResponseUpdate[] updates) => Then(_ => Throw(updates, fault));

    public static ChatResponseUpdate Say(string? text, string? id = null, ChatFinishReason? end = null) =>
        new(ChatRole.Assistant, text is null ? [] : [new TextContent(text)]) { MessageId = id, FinishReason = end };

    public static ChatResponseUpdate Give(params AIContent[] contents) => new(ChatRole.Assistant, contents);

    public static ChatResponseUpdate Call(string id, string tool, params (string Name, object? Value)[] arguments) =>
        Give(new FunctionCallContent(id, tool, arguments.ToDictionary(argument => argument.Name, argument => argument.Value)));

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        lock (_requests)
        {
            _requests.Add(([.. messages], options));
            return _answers.Dequeue()(cancellationToken);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
        // It holds nothing.
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Hang(ChatResponseUpdate[] updates, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var update in updates) yield return update;
        await Task.Delay(Timeout.Infinite, cancel);
    }

    private static async IAsyncEnumerable<ChatResponseUpdate> Throw(ChatResponseUpdate[] updates, Exception fault)
    {
        foreach (var update in updates) yield return update;
        await Task.Yield();
        throw fault;
    }
}

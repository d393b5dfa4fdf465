using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace ChatAgent.Models;

/// <summary>No model: a script in the place of one, so that the sample runs without any. It looks at the machine, asks to write a note of that, and tells what became of it.</summary>
internal sealed class ScriptedChatClient(TimeProvider time) : IChatClient
{
    // About as fast as a model speaks.
    private static readonly TimeSpan WordPause = TimeSpan.FromMilliseconds(40);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var step = ScriptStep.After([.. messages]);
        var id = $"scripted-{Guid.CreateVersion7():N}";
        foreach (var content in step.Words())
        {
            await Task.Delay(WordPause, time, cancellationToken);
            yield return Update(id, content);
        }
        if (step.Call is { } call) yield return Update(id, new FunctionCallContent($"call-{Guid.CreateVersion7():N}", call.Tool, call.Arguments));
        var last = Update(id, new UsageContent(new UsageDetails { OutputTokenCount = step.WordCount, TotalTokenCount = step.WordCount }));
        last.FinishReason = step.Call is null ? ChatFinishReason.Stop : ChatFinishReason.ToolCalls;
        yield return last;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("scripted", defaultModelId: "scripted") : serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        // It holds nothing.
    }

    private static ChatResponseUpdate Update(string id, AIContent content) => new(ChatRole.Assistant, [content]) { ResponseId = id, MessageId = id, ModelId = "scripted" };
}

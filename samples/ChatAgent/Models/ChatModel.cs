using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;

namespace ChatAgent.Models;

/// <summary>What answers.</summary>
internal static class ChatModel
{
    public static IChatClient Of(Arguments options)
    {
        if (options is not { Endpoint: { } endpoint, Model: { } model }) return new ScriptedChatClient(TimeProvider.System);
        // Servers on one's own machine ask for no key, and the library does.
        return new ChatClient(model, new ApiKeyCredential(options.ModelKey is { Length: > 0 } key ? key : "none"), new OpenAIClientOptions { Endpoint = endpoint }).AsIChatClient();
    }
}

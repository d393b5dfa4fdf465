using System.Text;
using EventStream.Foreign;

namespace EventStream.Dialects.AgUi;

/// <summary>A conversation as TanStack AI keeps it: messages of parts, a call together with its result.</summary>
internal static class AgUiUiMessages
{
    /// <summary>The messages as a JSON array.</summary>
    public static byte[] ToUiMessages(this AgUiHistory history)
    {
        var results = history.Messages.Where(message => message.Kind == AgUiKind.Result).ToLookup(message => message.ToolCallId);
        var told = history.Messages.Where(message => message.Kind is not (AgUiKind.Result or AgUiKind.Activity)).Select(message => Message(message, results[message.Id]));
        return Encoding.UTF8.GetBytes($"[{string.Join(',', told)}]");
    }

    private static string Message(AgUiMessage message, IEnumerable<AgUiMessage> results)
    {
        var parts = string.Join(',', results.Select(Result).Prepend(Part(message)));
        var role = message.Role is "user" or "system" ? message.Role : message.Role == "developer" ? "system" : "assistant";
        return $"{new PayloadWriter().BeginNative().Text("id", message.Id).Text("role", role).Raw("parts", Encoding.UTF8.GetBytes($"[{parts}]")).Finish()}";
    }

    private static string Part(AgUiMessage message)
    {
        var part = new PayloadWriter().BeginNative();
        return $"{(message.Kind switch
        {
            AgUiKind.Call => part.Text("type", "tool-call").Text("id", message.Id).Text("name", message.ToolName).Text("arguments", $"{message.Text}").Text("state", message.IsOpen ? "input-streaming" : "input-complete"),
            AgUiKind.Reasoning => part.Text("type", "thinking").Text("content", $"{message.Text}"),
            _ => part.Text("type", "text").Text("content", $"{message.Text}"),
        }).Finish()}";
    }

    private static string Result(AgUiMessage result) =>
        $"{new PayloadWriter().BeginNative().Text("type", "tool-result").Text("toolCallId", result.ToolCallId).Text("content", $"{result.Text}").Text("state", "complete").Finish()}";
}

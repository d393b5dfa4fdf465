using System.Text.Json;
using ChatAgent.Tools;
using Microsoft.Extensions.AI;

namespace ChatAgent.Models;

/// <summary>What the script says next, and the tool that it calls then.</summary>
internal sealed record ScriptStep(string Thought, string Text, (string Tool, Dictionary<string, object?> Arguments)? Call)
{
    public int WordCount => Words().Count();

    /// <summary>The step that follows a conversation.</summary>
    public static ScriptStep After(IReadOnlyList<ChatMessage> messages)
    {
        var asked = messages.Index().LastOrDefault(message => message.Item.Role == ChatRole.User && message.Item.Text.Length > 0);
        var question = asked.Item?.Text ?? "nothing in particular";
        var since = messages.Skip(asked.Index).SelectMany(message => message.Contents).ToList();
        if (ResultOf(MachineTool.Name, since) is not { } machine)
            return new ScriptStep($"I am a script, no model. Somebody asks: {question}. First I look at the machine.", "Let me look at the machine. ", (MachineTool.Name, []));
        var figures = FiguresOf(machine);
        if (ResultOf(NoteTool.Name, since) is not { } note)
            return new ScriptStep("", $"{figures} I would like to write that down. ", (NoteTool.Name, new() { ["text"] = $"Asked \"{question}\": {figures}" }));
        return new ScriptStep("", $"You asked: {question} I am a script and can't think about that, but the tools are real. {figures} The note: {note}", null);
    }

    /// <summary>The words one by one, with the spaces after them.</summary>
    public IEnumerable<AIContent> Words() => Split(Thought).Select(word => (AIContent)new TextReasoningContent(word)).Concat(Split(Text).Select(word => new TextContent(word)));

    private static object? ResultOf(string tool, IReadOnlyList<AIContent> contents)
    {
        var calls = contents.OfType<FunctionCallContent>().Where(call => call.Name == tool).Select(call => call.CallId).ToHashSet(StringComparer.Ordinal);
        return contents.OfType<FunctionResultContent>().LastOrDefault(result => calls.Contains(result.CallId))?.Result;
    }

    private static string FiguresOf(object result) =>
        result is JsonElement { ValueKind: JsonValueKind.Object } json && json.Deserialize<MachineFigures>(AIJsonUtilities.DefaultOptions) is { } figures
            ? $"It has {figures.Processors} processors, {figures.MemoryMegabytes} MB of memory, {figures.DiskFreeMegabytes} MB of free disk and {figures.Processes} processes."
            : $"The machine can't be read: {result}";

    private static IEnumerable<string> Split(string text)
    {
        for (var start = 0; start < text.Length;)
        {
            var space = text.IndexOf(' ', start);
            var end = space < 0 ? text.Length : space + 1;
            yield return text[start..end];
            start = end;
        }
    }
}

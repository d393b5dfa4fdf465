using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;
using EventStream.Sources.Providers;

namespace EventStream.Sources.OpenAi;

/// <summary>Chat completions, in chunks or whole. Each is a run; each of its choices is a message.</summary>
internal static class ChatCompletions
{
    public static void Chunk(ProviderEvent current) => Tell(current, "delta");

    public static void Whole(ProviderEvent current) => Tell(current, "message");

    private static void Tell(ProviderEvent current, string member)
    {
        var choices = Choices(current, member);
        var usage = current.Body.Member("usage") is { ValueKind: JsonValueKind.Object } said ? said : (JsonElement?)null;
        var isWhole = member == "message";
        // Servers send errors, filter results and signs of life between the chunks.
        if (choices is null || (choices.Count == 0 && usage is null))
        {
            if (ProviderEvent.Take(current.Body, "error") is { } error) ProviderRuns.Fail(current, error, current.Body);
            else current.AddUnknown();
            return;
        }
        var telling = choices.Where(choice => choice.TellsAnything).ToList();
        var begins = Begins(current, telling.Count > 0 || isWhole);
        if (!begins && usage is null && telling.Count == 0) return;
        var ends = usage is not null && (isWhole || choices.Count == 0 || IsLast(current, telling));
        if (telling.Count > 0) current.Body.Drop("choices");
        if (choices.Count == 0) current.Body.Drop("choices");
        if (ends) current.Body.Drop("usage");
        if (begins) Begin(current);
        else DropConstants(current);
        var rest = begins ? null : current.Body;
        foreach (var (index, choice) in telling.Index()) choice.Tell(isLast: index == telling.Count - 1, rest);
        if (ends) ProviderRuns.Complete(current, isWhole ? telling.LastOrDefault()?.StopReason : null, usage, telling.Count == 0 && !begins ? rest : null);
        else if (isWhole) ProviderRuns.Complete(current, telling.LastOrDefault()?.StopReason, usage: null);
    }

    // A response that began in a run of the caller's, or in one whose name was used before, is told by another id.
    private static bool Begins(ProviderEvent current, bool tells)
    {
        if (!ProviderRuns.IsOpen(current)) return tells || current.Run is null || current.State.Run(current.Run) is not { IsEnded: true };
        return JsonText.FirstScalar(current.Body.Json, "id") is { } id && NativeIds.Bounded(id) != current.Response!.Id;
    }

    private static void Begin(ProviderEvent current)
    {
        var id = current.Body.TakeId("id");
        current.Add(ProviderRuns.Started(current, id), current.Body);
    }

    private static void DropConstants(ProviderEvent current)
    {
        if (current.Response is not { } response) return;
        current.Body.DropCarried(response.Id, "id");
        if (response.Constants == ResponseState.ConstantsOf(current.Body.Json)) current.Body.Drop([.. ResponseState.Constant]);
    }

    // With the usage beside the last reason to stop nothing else follows.
    private static bool IsLast(ProviderEvent current, List<ChatChoice> telling) =>
        telling.Count > 0 && telling.All(choice => choice.StopReason is not null)
        && current.State.OpenMessages.All(open => open.RunId != current.Run || telling.Any(choice => choice.Owns(open.SourceId ?? open.Id)));

    private static List<ChatChoice>? Choices(ProviderEvent current, string member)
    {
        if (current.Body.Member("choices") is not { ValueKind: JsonValueKind.Array } choices) return null;
        var read = choices.EnumerateArray().Select((choice, position) => ChatChoice.Read(current, choice, member, position)).OfType<ChatChoice>().ToList();
        return read.Count == choices.GetArrayLength() ? read : null;
    }
}

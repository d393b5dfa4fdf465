using System.Collections.Frozen;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Eddie;

/// <summary>A row of the table of Eddie's events.</summary>
/// <param name="Normalise">Writes the canonical events that it means.</param>
internal sealed record EddieEvent(Action<NormalisedEvents, NativeBody> Normalise)
{
    /// <summary>Where its session stands.</summary>
    public Func<NativeBody, string?> Session { get; init; } = EddieNames.SessionOf;

    /// <summary>Whether it goes to the broadcast stream when it has no session.</summary>
    public bool IsForAll { get; init; }

    /// <summary>The member that holds its time.</summary>
    public string Time { get; init; } = "timestamp";

    /// <summary>Whether its <c>id</c> is unique to it.</summary>
    public bool HasOwnId { get; init; }

    /// <summary>Whether the id alone may stand for its body.</summary>
    public bool MayBeBare { get; init; }

    public bool IsBareId(JsonElement body) => MayBeBare && body.ValueKind == JsonValueKind.String;

    private static readonly FrozenDictionary<string, EddieEvent> All = new Dictionary<string, EddieEvent>
    {
        ["session.created"] = new(EddieSessions.Created) { Session = IdOfSession, Time = "createdAt" },
        ["session.updated"] = new(EddieSessions.Updated) { Session = IdOfSession, Time = "updatedAt" },
        ["session.deleted"] = new(EddieSessions.Deleted) { Session = IdOfSession, MayBeBare = true },
        ["message.created"] = new(EddieMessages.Created) { Time = "createdAt" },
        ["message.updated"] = new(EddieMessages.Updated),
        ["message.partial"] = new(EddieMessages.Partial),
        ["message.reasoning.partial"] = new(EddieThoughts.Partial),
        ["message.reasoning.completed"] = new(EddieThoughts.Completed),
        ["agent.activity"] = new(EddieSessions.Activity),
        ["tool.call"] = new(EddieTools.Call),
        ["tool.result"] = new(EddieTools.Result),
        ["trace.created"] = new(EddieRecords.TraceCreated) { IsForAll = true, Time = "createdAt" },
        ["trace.updated"] = new(EddieRecords.TraceUpdated) { IsForAll = true, Time = "updatedAt" },
        ["config.updated"] = new(EddieRecords.Config) { IsForAll = true },
        [EddieNames.Logs] = new(EddieRecords.Log) { Session = SessionOfLog, IsForAll = true, Time = "createdAt", HasOwnId = true },

        ["ChatMessageCreatedEvent"] = new(EddieMessages.Created),
        [EddieNames.PartialMessage] = new(EddieMessages.Partial),
        ["ChatSessionCreatedEvent"] = new(EddieSessions.CreatedNotice),
        ["ChatSessionUpdatedEvent"] = new(EddieSessions.UpdatedNotice),
        ["ChatSessionToolCallEvent"] = new(EddieTools.Call),
        ["ChatSessionToolResultEvent"] = new(EddieTools.Result),

        ["delta"] = new(EddieConsole.Delta),
        ["reasoning_delta"] = new(EddieConsole.ReasoningDelta),
        ["reasoning_end"] = new(EddieConsole.ReasoningEnd),
        ["tool_call"] = new(EddieTools.Call),
        ["tool_result"] = new(EddieTools.Result),
        ["error"] = new(EddieConsole.Error),
        ["notification"] = new(EddieConsole.Notification),
        ["end"] = new(EddieConsole.End),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The row of that name; null when Eddie has no such event.</summary>
    public static EddieEvent? Find(string name) => All.GetValueOrDefault(name);

    // The session's own events call it id; a client takes the bare id too.
    private static string? IdOfSession(NativeBody body) => JsonText.Text(body.Json) ?? body.Id("id") ?? EddieNames.SessionOf(body);

    private static string? SessionOfLog(NativeBody entry) =>
        (entry.Member("context") is { } context ? EddieNames.SessionOf(new NativeBody(context)) : null) ?? EddieNames.SessionOf(entry);
}

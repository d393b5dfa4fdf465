using System.Text.Json;
using EventStream.Events;

namespace EventStream.Sessions;

// What counts as an error: the inspector's page counts the same.
internal sealed partial record SessionState
{
    // What a person refused has not failed.
    private static bool HasFailed(PayloadMembers payload) => !payload.IsTrue("blocked") && (payload.Element("error") is { ValueKind: not JsonValueKind.Null } || payload.Element("success") is { ValueKind: JsonValueKind.False });

    // A run that told why, and failed, has one error.
    private static bool IsError(Event next, RunState run) => next.Type == "run_error" || (next.Type == "run_failed" && !run.HasErred);

    // A step that is told again as failed has failed once.
    private SessionState NoteStep(Event next, string? id, PayloadMembers payload)
    {
        var hasFailed = payload.Text("status") == "failed" || payload.Element("errors") is { ValueKind: not JsonValueKind.Null };
        if (id is null || !hasFailed || EntityKey("failed_step", StepKey(next, id)) is not { } key || KnowsEntity(key)) return this;
        return this with { _entities = _entities.Set(key, 0), Errors = Errors + 1 };
    }
}

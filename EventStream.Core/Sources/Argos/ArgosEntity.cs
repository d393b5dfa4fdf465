using EventStream.Foreign;
using EventStream.Sessions;

namespace EventStream.Sources.Argos;

/// <summary>The status of a job, run, workflow run or step. It may say more than the name of the event.</summary>
internal readonly struct ArgosEntity
{
    private readonly string? _status;
    private readonly ulong _digest;

    /// <summary>Takes the status and looks at the progress.</summary>
    /// <param name="model">The entity.</param>
    /// <param name="verb">The status that the event's name gives, if any. The model's own status wins.</param>
    public ArgosEntity(NativeBody model, string? verb)
    {
        Status = model.TakeText("status") ?? verb;
        _status = Status is null ? null : StatusMembers.Canonical(Status);
        _digest = SessionState.EntityDigest(_status, model.Find("progress"));
    }

    /// <summary>The status as it was written.</summary>
    public string? Status { get; }

    /// <summary>Whether the session's newest event of the entity had this state.</summary>
    public bool IsRepeated(NormalisedEvents output, string family, string id) => output.State.IsEntityAt(SessionState.EntityKey(family, id), _digest);

    /// <summary>Whether the step has ended, and had this state at some time.</summary>
    public bool IsPast(NormalisedEvents output, string stepId) => output.State.HasStepEnded(stepId) && output.State.WasStepAt(stepId, _digest);

    /// <summary>The canonical type; null when the event only repeats what is known.</summary>
    /// <param name="output">Knows the session.</param>
    /// <param name="family">The first part of the type.</param>
    /// <param name="id">Which entity.</param>
    /// <param name="meaning">The last part of the type, as the event's name has it.</param>
    public string? TypeOf(NormalisedEvents output, string family, string id, string meaning)
    {
        if (meaning == "created")
        {
            // Argos sends this snapshot at the start of every connection, also for old entities.
            if (IsRepeated(output, family, id)) return null;
            if (output.State.KnowsEntity(SessionState.EntityKey(family, id))) meaning = "updated";
        }
        return $"{family}_{(!StatusMembers.IsEnd(meaning) && StatusMembers.IsEnd(_status) ? _status : meaning)}";
    }
}

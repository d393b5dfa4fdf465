using EventStream.Foreign;

namespace EventStream.Sources.Argos;

/// <summary>How the events of one kind of entity (jobs, runs or workflow runs) become canonical ones; they differ in what is set here.</summary>
internal sealed record ArgosEntityKind
{
    /// <summary>The first part of the canonical types.</summary>
    public required string Family { get; init; }

    /// <summary>The canonical member that holds the id.</summary>
    public required string IdMember { get; init; }

    /// <summary>The id of a frame's entity; null when the frame has none that can be used.</summary>
    public required Func<ArgosFrame, NormalisedEvents, string?> IdOf { get; init; }

    /// <summary>What the model calls its id.</summary>
    public required string[] ModelIdNames { get; init; }

    /// <summary>What the frame calls it, beside the model.</summary>
    public string[] FrameIdNames { get; init; } = [];

    /// <summary>Whether the payload names the agent.</summary>
    public bool NamesAgent { get; init; }

    /// <summary>Writes what went wrong, or what came out.</summary>
    public required Action<ArgosFrame, NativeBody, string, PayloadWriter> WriteOutcome { get; init; }

    /// <summary>The other members of the model.</summary>
    public required ModelMember[] Members { get; init; }

    /// <summary>Handles the events of one native name.</summary>
    /// <param name="meaning">The last part of the canonical type.</param>
    /// <param name="status">The status that the name says, for models without one.</param>
    public Action<ArgosFrame, NormalisedEvents> Handler(string meaning, string? status = null) => (frame, output) => Normalise(frame, output, meaning, status);

    private void Normalise(ArgosFrame frame, NormalisedEvents output, string meaning, string? status)
    {
        if (frame.Model is not { } model || IdOf(frame, output) is not { } given)
        {
            output.AddUnknown();
            return;
        }
        var id = NativeIds.Bounded(given);
        var entity = new ArgosEntity(model, status);
        if (entity.TypeOf(output, Family, id, meaning) is not { } type) return;

        model.DropCarried(id, ModelIdNames);
        frame.Body.DropCarried(id, FrameIdNames);
        var payload = output.Write(type).Text(IdMember, id);
        if (NamesAgent)
        {
            model.DropCarried(output.Native.AgentId, "agent_id", "agentId");
            payload.Text("agent", output.Native.AgentId);
        }
        payload.Text("project_id", output.Native.ProjectId).Status(entity.Status);
        WriteOutcome(frame, model, type, payload);
        frame.Add(output, payload.Members(model, Members));
    }
}

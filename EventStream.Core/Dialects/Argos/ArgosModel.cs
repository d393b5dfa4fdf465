using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text.Json;
using EventStream.Foreign;

namespace EventStream.Dialects.Argos;

/// <summary>How a canonical event becomes an event of Argos with a model in it.</summary>
/// <param name="Name">Argos' name for it. Events that came from Argos keep their name.</param>
/// <param name="Container">The member of the frame that the model stands in.</param>
/// <param name="Id">The canonical member that names the entity.</param>
internal sealed record ArgosModel(string Name, string Container, string Id)
{
    private static readonly FrozenDictionary<string, ArgosModel> All = new Dictionary<string, ArgosModel>
    {
        ["ingest_job_created"] = new("ingest.job.created", "job", "job_id") { Status = "queued", Moment = "created_at" },
        ["ingest_job_updated"] = new("ingest.job.updated", "job", "job_id"),
        ["ingest_job_completed"] = new("ingest.job.completed", "job", "job_id") { Status = "completed", Moment = "completed_at" },
        ["ingest_job_failed"] = new("ingest.job.failed", "job", "job_id") { Status = "failed", Moment = "completed_at" },
        ["ingest_job_cancelled"] = new("ingest.job.cancelled", "job", "job_id") { Status = "cancelled", Moment = "completed_at" },
        ["run_created"] = new("agent.run.created", "run", "run_id") { Status = "pending" },
        ["run_started"] = new("agent.run.started", "run", "run_id") { Status = "running", Moment = "started_at" },
        ["run_updated"] = new("agent.run.updated", "run", "run_id"),
        ["run_awaiting_input"] = new("agent.run.pending_input", "run", "run_id") { Status = "pending_input" },
        ["run_completed"] = new("agent.run.completed", "run", "run_id") { Status = "completed", Moment = "finished_at" },
        ["run_failed"] = new("agent.run.failed", "run", "run_id") { Status = "failed", Moment = "finished_at" },
        ["run_cancelled"] = new("agent.run.cancelled", "run", "run_id") { Status = "cancelled", Moment = "finished_at" },
        ["agent_step_started"] = new("agent.step.updated", "step", "step_id") { Status = "running", Moment = "started_at" },
        ["agent_step_updated"] = new("agent.step.updated", "step", "step_id"),
        ["agent_step_completed"] = new("agent.step.updated", "step", "step_id") { Status = "completed", Moment = "completed_at" },
        ["message_created"] = new("agent.message.appended", "message", "message_id") { Moment = "created_at" },
        ["agent_message_end"] = new("agent.message.appended", "message", "message_id") { Moment = "created_at", Role = "assistant" },
        ["workflow_run_created"] = new("workflow.run.created", "run", "run_id") { Status = "pending" },
        ["workflow_run_updated"] = new("workflow.run.updated", "run", "run_id"),
        ["workflow_run_completed"] = new("workflow.run.completed", "run", "run_id") { Status = "completed", Moment = "finished_at" },
        ["workflow_run_failed"] = new("workflow.run.failed", "run", "run_id") { Status = "failed", Moment = "finished_at" },
        ["workflow_run_cancelled"] = new("workflow.run.cancelled", "run", "run_id") { Status = "cancelled", Moment = "cancelled_at" },
        ["workflow_run_paused"] = new("workflow.run.paused", "run", "run_id") { Status = "paused", Moment = "paused_at" },
        ["workflow_run_resumed"] = new("workflow.run.resumed", "run", "run_id") { Status = "running" },
        ["workflow_node_state_updated"] = new("workflow.node_state.updated", "nodeState", "node_id"),
    }.ToFrozenDictionary();

    /// <summary>The status that the name says, for models without one.</summary>
    public string? Status { get; init; }

    /// <summary>The member that holds the time, for events that didn't come from Argos.</summary>
    public string? Moment { get; init; }

    /// <summary>The role of messages that don't name one.</summary>
    public string? Role { get; init; }

    private bool IsAgentRun => Name.StartsWith("agent.run.", StringComparison.Ordinal);

    // A list that Argos' clients walk through without asking whether it is there.
    private string? List => Container switch { "message" => "context_item_ids", "nodeState" => "messages", _ => IsAgentRun ? "context_item_ids" : null };

    /// <summary>The row of a canonical type; null when Argos has no model for it.</summary>
    public static ArgosModel? Find(string type) => All.GetValueOrDefault(type);

    /// <summary>Writes the frame and returns its type; null, and nothing written, when the event doesn't say which entity it is about.</summary>
    public string? Write(StoredEvent stored, PayloadWriter frame)
    {
        var payload = new NativeBody(stored.Payload);
        if (IdOf(stored, payload) is not { } id) return null;
        var isOwn = ArgosDialect.IsOwn(stored);
        var name = isOwn && stored.SourceType is { } native && ArgosNames.WithModel.Contains(native) ? native : Name;
        var model = new PayloadWriter().BeginNative().Text(Container == "nodeState" ? Id : "id", id);
        if (Container != "run") model.Text("run_id", payload.TakeText("run_id") ?? (Container == "job" ? null : stored.RunId));
        model.Text("project_id", payload.TakeText("project_id") ?? stored.ProjectId);
        // An event of Argos without an agent may have an unrelated member of that name.
        if (IsAgentRun && (!isOwn || stored.AgentId is not null)) model.Text("agent_id", payload.TakeText("agent") ?? stored.AgentId);
        WriteStatus(payload, model, isOwn);
        var error = WriteOutcome(payload, model, isOwn);
        if (Role is not null) model.Text("role", payload.TakeText("role") ?? Role);
        if (!isOwn) WriteDefaults(stored, payload, model);

        var beside = payload.Take("errorMessage");
        frame.BeginNative().Text("type", name).Text("timestamp", ArgosDialect.Time(stored)).Object(Container, model.Restore(payload).Finish());
        if (beside is null) frame.Text("errorMessage", error);
        else frame.Json("errorMessage", beside);
        return name;
    }

    private string? IdOf(StoredEvent stored, NativeBody payload)
    {
        var source = payload.TakeText($"source_{Id}");
        if (payload.TakeId(Id) is { } id) return source ?? id;
        if (Container == "run") return stored.RunId;
        // Steps of a loop have a number instead of an id.
        return Container == "step" && payload.Find("step_number") is { ValueKind: JsonValueKind.Number } number
            ? $"{stored.RunId ?? stored.ExecutionId ?? stored.SessionId}:{number.GetRawText()}" : null;
    }

    // A client that reads only the status must see the end, so a final name overrides the model's status.
    private void WriteStatus(NativeBody payload, PayloadWriter model, bool isOwn)
    {
        var status = payload.TakeText("status");
        var native = isOwn && status is not null ? payload.TakeText("source_status") ?? status : status;
        if (StatusMembers.IsEnd(Status) && status is not null && !StatusMembers.IsEnd(StatusMembers.Canonical(status))) model.Text("status", Status).Text("source_status", native);
        else model.Text("status", native ?? Status);
    }

    // Runs keep the text of their error where their output would be.
    private string? WriteOutcome(NativeBody payload, PayloadWriter model, bool isOwn)
    {
        if (Status == "failed" && !IsAgentRun) return payload.MemberText("error_message");
        if (Container == "step" && !isOwn) Rename(payload, model, "content", "output");
        if (!IsAgentRun) return null;
        var error = Status == "failed" ? payload.TakeText("error") : null;
        if (payload.Find("output_summary") is not null) return error;
        if (Status == "completed" && payload.Find("output") is { ValueKind: not JsonValueKind.String } output && !isOwn)
        {
            payload.Drop("output", "output_summary");
            model.Text("output_summary", JsonMarshal.GetRawUtf8Value(output));
        }
        else if (Status == "completed") Rename(payload, model, "output", "output_summary");
        else if (error is not null)
        {
            payload.Drop("output_summary");
            model.Text("output_summary", error);
        }
        return error;
    }

    private void WriteDefaults(StoredEvent stored, NativeBody payload, PayloadWriter model)
    {
        if (Moment is not null && payload.Find(Moment) is null)
        {
            payload.Drop(Moment);
            model.Text(Moment, ArgosDialect.Time(stored));
        }
        if (List is not null && payload.Find(List) is null)
        {
            payload.Drop(List);
            model.Json(List, NoItems);
        }
    }

    private static JsonElement NoItems { get; } = JsonElement.Parse("[]"u8);

    private static void Rename(NativeBody payload, PayloadWriter model, string canonical, string native)
    {
        if (payload.Find(native) is not null || payload.Find(canonical) is null) return;
        payload.Drop(native);
        model.Json(native, payload.Take(canonical));
    }
}

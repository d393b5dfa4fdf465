using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;

namespace EventStream.Sources.Argos;

/// <summary>A frame without its wrapping.</summary>
internal sealed class ArgosFrame
{
    /// <summary>The name for error frames, which have no type.</summary>
    public const string ErrorType = "error";

    private static readonly string[] AllContainers = ["job", "run", "step", "message", "nodeState", "node_state", "state"];

    private readonly NativeBody? _wrapper;

    private ArgosFrame(NativeBody? wrapper, NativeBody body)
    {
        (_wrapper, Body) = (wrapper, body);
        var named = TextOf("type") ?? TextOf("event_type");
        IsError = named is null && TextOf("error") is not null;
        Type = named ?? (IsError ? ErrorType : TextOf("event")) ?? "";
        ModelName = ContainersOf(Type).FirstOrDefault(name => body.Find(name) is { ValueKind: JsonValueKind.Object });
        if (ModelName is not null) Model = new NativeBody(body.Find(ModelName)!.Value);
        // Objects of other systems have run ids of another kind.
        RunId = named is not null || IsError ? RunOf() : null;
    }

    /// <summary>The native name.</summary>
    public string Type { get; }

    public bool IsError { get; }

    /// <summary>The object that holds the type.</summary>
    public NativeBody Body { get; }

    /// <summary>The object that the event is about.</summary>
    public NativeBody? Model { get; }

    /// <summary>The member that <see cref="Model"/> stands in.</summary>
    public string? ModelName { get; }

    /// <summary>Whether the model is the state of a node.</summary>
    public bool IsNode => ModelName is "nodeState" or "node_state" or "state";

    public string? RunId { get; }

    public string? JobId => (ModelName == "job" ? Id(Model, "id") : null) ?? Id(Body, "job_id", "jobId");

    public string? ProjectId => Id(Model, "project_id", "projectId") ?? Id(Body, "project_id", "projectId") ?? Id(_wrapper, "project_id", "projectId");

    public string? AgentId => ModelName == "run" ? Id(Model, "agent_id", "agentId") : null;

    public string? EventId => Id(_wrapper, "eventId", "event_id");

    public DateTimeOffset? Timestamp => NativeTime.Read(Body.Find("timestamp")) ?? NativeTime.Read(_wrapper?.Find("createdAt", "created_at"));

    /// <summary>Whether all its objects have plain and distinct member names.</summary>
    public bool IsPlain => NativeBody.IsPlain(Body.Json) && (Model is null || NativeBody.IsPlain(Model.Json));

    public static ArgosFrame Of(JsonElement frame)
    {
        var outer = new NativeBody(frame);
        var isWrapped = outer.Find("type", "event_type", "error") is null && outer.Find("payload") is { ValueKind: JsonValueKind.Object };
        return isWrapped ? new ArgosFrame(outer, new NativeBody(outer.Find("payload")!.Value)) : new ArgosFrame(null, outer);
    }

    /// <summary>Drops the members that the envelope carries.</summary>
    public void DropEnvelope(NativeEvent native)
    {
        if (!IsError) Body.Drop(TextOf("type") is null ? "event_type" : "type");
        if (ModelName is not null) Body.Drop(ModelName);
        foreach (var body in (NativeBody?[])[_wrapper, Body, Model]) body?.DropCarried(native.ProjectId, "project_id", "projectId");
        Body.DropCarried(native.RunId, "run_id", "runId");
        if (NativeTime.Read(Body.Find("timestamp")) is not null) Body.Drop("timestamp");
        else if (NativeTime.Read(_wrapper?.Find("createdAt", "created_at")) is not null) _wrapper!.Drop(_wrapper.Find("createdAt") is null ? "created_at" : "createdAt");
        _wrapper?.DropCarried(native.EventId, "eventId", "event_id");
        _wrapper?.Drop("payload");
    }

    /// <summary>Writes an error that stands beside the model, unless the model has one.</summary>
    public void WriteErrorBeside(NativeBody model, PayloadWriter payload, ModelMember error)
    {
        if (model.Find(error.Names) is null) payload.Member(Body, error);
    }

    /// <summary>Writes the members that are left, and adds the event.</summary>
    public void Add(NormalisedEvents output, PayloadWriter payload)
    {
        foreach (var body in (NativeBody?[])[Model, Body, _wrapper])
        {
            if (body is not null) payload.Remaining(body);
        }
        output.Add();
    }

    private string? RunOf() =>
        (ModelName == "run" ? Id(Model, "id") : Id(Model, "run_id", "runId", "agentRunId", "agent_run_id")) ?? Id(Body, "run_id", "runId");

    private string? TextOf(string name) => JsonText.MemberText(Body.Json, name);

    // A frame may hold several objects; the event's name decides which one it is about.
    private static string[] ContainersOf(string type) => type switch
    {
        _ when type.StartsWith("ingest.job.", StringComparison.Ordinal) => ["job"],
        _ when type.StartsWith("agent.run.", StringComparison.Ordinal) || type.StartsWith("workflow.run.", StringComparison.Ordinal) => ["run"],
        _ when type.StartsWith("agent.message.", StringComparison.Ordinal) => ["message"],
        _ when type.StartsWith("agent.step.", StringComparison.Ordinal) => ["step", "nodeState", "node_state", "state"],
        _ when type.StartsWith("workflow.node", StringComparison.Ordinal) => ["nodeState", "node_state", "state"],
        _ => AllContainers,
    };

    private static string? Id(NativeBody? body, params ReadOnlySpan<string> names) => body is null ? null : JsonText.FirstScalar(body.Json, names);
}

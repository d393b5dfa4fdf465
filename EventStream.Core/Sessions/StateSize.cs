namespace EventStream.Sessions;

/// <summary>About how many bytes the parts of a session's state take.</summary>
internal static class StateSize
{
    // The nodes of the immutable collections, the value's object, and the headers of its strings.
    private const int EntryBytes = 200;

    /// <summary>An entry of a map, with its key and value.</summary>
    /// <param name="characters">The characters of all its texts.</param>
    public static int OfEntry(int characters) => EntryBytes + characters * sizeof(char);

    // What is known of a call's arguments and outcome takes as much as these characters.
    private const int ToolValues = 60;

    public static int TextOf(ToolCall call) => ToolValues + call.Id.Length + call.Name.Length + LengthOf(call.SourceId) + LengthOf(call.Part) + LengthOf(call.Agent) + LengthOf(call.StartedAs) + LengthOf(call.RunId) + LengthOf(call.ExecutionId) + LengthOf(call.ProjectId);

    public static int TextOf(RunState run) => run.LastType.Length + LengthOf(run.Agent) + LengthOf(run.ProjectId) + LengthOf(run.ParentRunId) + LengthOf(run.ParentToolCallId) + LengthOf(run.ThreadId) + LengthOf(run.ErrorType) + (run.Response is { } response ? OfResponse(response) : 0);

    public static int TextOf(Approval approval) => approval.Id.Length + approval.RunId.Length + LengthOf(approval.ToolCallId) + LengthOf(approval.ToolName) + LengthOf(approval.Args) + LengthOf(approval.Reason) + LengthOf(approval.Agent) + LengthOf(approval.AnsweredBy) + LengthOf(approval.ContinuedAs);

    public static int TextOf(EndedMessage message) => LengthOf(message.Scope) + LengthOf(message.Agent);

    public static int TextOf(ExecutionState execution) => execution.Status.Length + LengthOf(execution.LastMessage) + LengthOf(execution.StopReason) + LengthOf(execution.Error);

    public static long Of(OpenMessage message) =>
        OfEntry(message.Id.Length + LengthOf(message.SourceId) + LengthOf(message.Agent) + LengthOf(message.RunId) + LengthOf(message.ExecutionId) + LengthOf(message.ProjectId)) + message.Text.Capacity;

    private static int OfResponse(ResponseState response) => response.Id.Length + response.Source.Length + LengthOf(response.StopReason) + LengthOf(response.Usage);

    private static int LengthOf(string? text) => text?.Length ?? 0;
}

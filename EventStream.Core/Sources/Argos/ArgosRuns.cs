using EventStream.Foreign;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Argos;

internal static class ArgosRuns
{
    public static readonly string[] IdNames = ["id", "run_id", "runId"];

    private static readonly ModelMember Output = Any("output", "output_summary", "outputSummary");
    private static readonly ModelMember FrameError = Text("error", "error_message", "errorMessage");
    private static readonly ModelMember ModelError = Text("error", "error_message", "errorMessage", "output_summary", "outputSummary");

    public static ArgosEntityKind Kind { get; } = new()
    {
        Family = "run",
        IdMember = "run_id",
        IdOf = IdOf,
        ModelIdNames = IdNames,
        NamesAgent = true,
        WriteOutcome = WriteOutcome,
        Members =
        [
            Own("workflow_id"), Own("input_query"), Own("input_prompt"), Any("output_summary"), Own("context_item_ids"), Own("started_at"), Own("finished_at"),
        ],
    };

    /// <summary>The run of a frame, when it is the one that the event is published under.</summary>
    public static string? IdOf(ArgosFrame frame, NormalisedEvents output) => frame.RunId is { } id && id == output.RunId ? id : null;

    private static void WriteOutcome(ArgosFrame frame, NativeBody run, string type, PayloadWriter payload)
    {
        if (type == "run_completed") payload.Member(run, Output);
        if (type == "run_failed") WriteError(frame, run, payload);
    }

    // The text of an error stands beside the run, else where its output would be.
    private static void WriteError(ArgosFrame frame, NativeBody run, PayloadWriter payload)
    {
        if (FrameError.TakeFrom(frame.Body) is { } beside) payload.Json("error", beside);
        else if (ModelError.TakeFrom(run) is { } inside) payload.Json("error", inside);
        else payload.Text("error", "failed");
    }
}

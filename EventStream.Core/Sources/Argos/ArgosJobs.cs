using EventStream.Foreign;
using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Argos;

internal static class ArgosJobs
{
    private static readonly ModelMember[] Members =
    [
        Number("progress"), Text("stage"), Text("message"), Text("error_message"), Text("created_at"), Text("updated_at"),
        Own("source_path"), Own("source_uri"), Own("original_filename"), Own("byte_size"), Own("mime_type"), Own("checksum"), Own("started_at"), Own("completed_at"), Own("deleted_at"),
        Own("canonical_document_id"), Own("task_id"),
    ];

    private static readonly ModelMember FrameError = Text("error_message");

    public static void Created(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "created", status: null);

    public static void Queued(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "created", "queued");

    public static void Pending(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "created", "pending");

    public static void Updated(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "updated", status: null);

    public static void Running(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "updated", "running");

    public static void Completed(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "completed", "completed");

    public static void Failed(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "failed", "failed");

    public static void Cancelled(ArgosFrame frame, NormalisedEvents output) => Normalise(frame, output, "cancelled", "cancelled");

    private static void Normalise(ArgosFrame frame, NormalisedEvents output, string meaning, string? status)
    {
        if (frame.Model is not { } job || frame.JobId is not { } id)
        {
            output.AddUnknown();
            return;
        }
        var entity = new ArgosEntity(job, status);
        if (entity.TypeOf(output, "ingest_job", id, meaning) is not { } type) return;

        job.DropId(id, "id");
        frame.Body.DropId(id, "job_id", "jobId");
        var payload = output.Write(type).Text("job_id", id).Text("project_id", output.Native.ProjectId).Status(entity.Status);
        if (job.Find("error_message", "errorMessage") is null) payload.Member(frame.Body, FrameError);
        frame.Add(output, payload.Members(job, Members));
    }
}

using static EventStream.Sources.ModelMember;

namespace EventStream.Sources.Argos;

internal static class ArgosJobs
{
    private static readonly ModelMember FrameError = Text("error_message");

    public static ArgosEntityKind Kind { get; } = new()
    {
        Family = "ingest_job",
        IdMember = "job_id",
        IdOf = (frame, _) => frame.JobId,
        ModelIdNames = ["id"],
        FrameIdNames = ["job_id", "jobId"],
        WriteOutcome = (frame, job, _, payload) => frame.WriteErrorBeside(job, payload, FrameError),
        Members =
        [
            Number("progress"), Text("stage"), Text("message"), Text("error_message"), Text("created_at"), Text("updated_at"),
            Own("source_path"), Own("source_uri"), Own("original_filename"), Own("byte_size"), Own("mime_type"), Own("checksum"), Own("started_at"), Own("completed_at"), Own("deleted_at"),
            Own("canonical_document_id"), Own("task_id"),
        ],
    };
}

namespace EventStream.Sources.Argos;

/// <summary>Frames without a type that only say what went wrong.</summary>
internal static class ArgosErrors
{
    private static readonly ModelMember JobId = ModelMember.Text("job_id");

    public static void Normalise(ArgosFrame frame, NormalisedEvents output)
    {
        var code = frame.Body.TakeText("error")!;
        var payload = output.Write("run_error").Text("error_type", code).Text("message", frame.Body.TakeText("message") ?? code).Text("agent", "system")
            .Text("run_id", output.RunId).Text("project_id", output.Native.ProjectId).Member(frame.Body, JobId);
        frame.Add(output, payload);
    }
}

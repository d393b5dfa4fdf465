using EventStream.Foreign;

namespace EventStream.Sources.Cognesy;

/// <summary>Finds the execution of events that don't name one.</summary>
internal static class CognesyExecutions
{
    /// <summary>The longest part of a session's name in an execution's.</summary>
    private const int MaxScope = 40;

    public static bool IsFinal(string status) => StatusMembers.IsEnd(status) || status == "stopped";

    public static bool IsProcessing(string status) => status is "processing" or "in_progress";

    /// <summary>For events that may begin an execution: the open one, else a new one.</summary>
    public static void Begin(NormalisedEvents output) => Use(output, Open(output) ?? New(output));

    /// <summary>For events that end something: the open execution, else the last, else a new one.</summary>
    public static void Join(NormalisedEvents output) => Use(output, Open(output) ?? Last(output) ?? New(output));

    /// <summary>For events that may belong to no execution: the open one, else the last if <paramref name="orLast"/>.</summary>
    public static void Find(NormalisedEvents output, bool orLast) => Use(output, Open(output) ?? (orLast ? Last(output) : null));

    private static string? Open(NormalisedEvents output) => output.State.LatestExecution(execution => !IsFinal(execution.Status));

    private static string? Last(NormalisedEvents output) => output.State.LatestExecution(_ => true);

    private static string New(NormalisedEvents output) =>
        $"exec_{output.SessionId[..Math.Min(output.SessionId.Length, MaxScope)]}_{output.State.Head.Offset + 1}";

    private static void Use(NormalisedEvents output, string? execution)
    {
        if (output.Native.ExecutionId is null && execution is not null) output.Begin(output.Native with { ExecutionId = execution }, output.State);
    }
}

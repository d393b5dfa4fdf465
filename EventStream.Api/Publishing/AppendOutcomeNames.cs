using EventStream.Bus;

namespace EventStream.Api.Publishing;

/// <summary>The names of outcomes in answers and metrics.</summary>
internal static class AppendOutcomeNames
{
    public static string Name(this AppendOutcome outcome) => outcome switch
    {
        AppendOutcome.Stored => "stored",
        AppendOutcome.Duplicate => "duplicate",
        AppendOutcome.RunTaken => "run_taken",
        _ => "run_ended",
    };
}

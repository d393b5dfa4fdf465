using EventStream.Bus;

namespace EventStream.Api.Publishing;

/// <summary>What an outcome is called in answers and in metrics.</summary>
internal static class AppendOutcomeNames
{
    public static string Name(this AppendOutcome outcome) => outcome switch
    {
        AppendOutcome.Stored => "stored",
        AppendOutcome.Duplicate => "duplicate",
        _ => "run_ended",
    };
}

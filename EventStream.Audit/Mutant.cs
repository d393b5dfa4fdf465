namespace EventStream.Audit;

/// <summary>One small fault that a test run can switch on.</summary>
/// <param name="File">The source, from the root of the tree.</param>
/// <param name="Number">Which of the faults in that file.</param>
/// <param name="Line">Where.</param>
/// <param name="Change">What is otherwise.</param>
internal sealed record Mutant(string File, int Number, int Line, string Change)
{
    /// <summary>Its name in the environment of a run.</summary>
    public string Name => $"{File}:{Number}";
}

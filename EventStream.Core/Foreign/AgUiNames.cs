namespace EventStream.Foreign;

/// <summary>Names of AG-UI.</summary>
internal static class AgUiNames
{
    /// <summary>What it is called, as a source and as a dialect.</summary>
    public const string Vocabulary = "agui";

    /// <summary>Events that no canonical one tells: what came in as one of them is held under its name.</summary>
    public static IReadOnlyList<string> Untold { get; } = ["ACTIVITY_SNAPSHOT", "ACTIVITY_DELTA", "RAW", "REASONING_ENCRYPTED_VALUE"];
}

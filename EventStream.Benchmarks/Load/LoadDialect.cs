namespace EventStream.Benchmarks.Load;

/// <summary>A language of others that our streams may be asked in.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Query">What a stream is asked with.</param>
internal sealed record LoadDialect(string Name, string Query)
{
    /// <summary>The run that the events of each session belong to.</summary>
    public const string RunId = "load";

    public static readonly LoadDialect AgUi = new("agui", "dialect=agui");
    public static readonly LoadDialect AiSdk = new("ai-sdk", $"dialect=ai-sdk&run_id={RunId}");

    public static readonly IReadOnlyList<LoadDialect> All = [AgUi, AiSdk];
}

using EventStream.Sessions;

namespace EventStream.Dialects.AiSdk;

/// <summary>A run that hasn't ended, with what is open in its message.</summary>
/// <param name="Id">Its id, and the message's.</param>
internal sealed record AiSdkRun(string Id)
{
    // What .NET keeps for a text or call besides its characters.
    private const int EntryBytes = 400;

    /// <summary>What was told and hasn't ended, the oldest first.</summary>
    public OrderedDictionary<(bool IsThought, string Id), AiSdkText> Texts { get; } = [];

    public OrderedDictionary<string, AiSdkCall> Calls { get; } = new(StringComparer.Ordinal);

    /// <summary>The calls that wait for an answer, by the id of the question.</summary>
    public OrderedDictionary<string, string> Questions { get; } = new(StringComparer.Ordinal);

    /// <summary>About how many bytes it takes.</summary>
    public long Bytes => EntryBytes * (1L + Texts.Count + Calls.Count) + sizeof(char) * (Texts.Values.Sum(text => (long)text.Length) + Calls.Values.Sum(call => (long)call.Length) + OpenSteps.Sum(step => (long)step.Length)) + Ended.Bytes;

    /// <summary>Texts and thoughts that have ended.</summary>
    public RecentIds Ended { get; set; }

    /// <summary>How many steps began.</summary>
    public int Steps { get; set; }

    /// <summary>The steps that haven't ended.</summary>
    public HashSet<string> OpenSteps { get; } = new(StringComparer.Ordinal);

    /// <summary>The thought of those pieces that name none.</summary>
    public string? UnnamedThought { get; set; }

    public bool HasText { get; set; }

    /// <summary>Whether its last chunk said that it waits.</summary>
    public bool IsPaused { get; set; }
}

using System.Text;
using EventStream.Sessions;

namespace EventStream.Dialects.AiSdk;

/// <summary>A text or a thought whose start was told and whose end wasn't.</summary>
/// <param name="Id">Its id in canonical events, and in chunks.</param>
/// <param name="IsThought">Whether it is a thought.</param>
internal sealed record AiSdkText(string Id, bool IsThought)
{
    private readonly StringBuilder _told = new();

    /// <summary>Whether more was told than an event may hold that ends it: then nothing is known of the whole.</summary>
    public bool IsLong { get; private set; }

    public int Length => Id.Length + _told.Length;

    /// <summary>What was told of it.</summary>
    public string Told => $"{_told}";

    public void Append(string text)
    {
        IsLong |= _told.Length + text.Length > SessionState.MaxTextBytes;
        if (IsLong) _told.Clear();
        else _told.Append(text);
    }
}

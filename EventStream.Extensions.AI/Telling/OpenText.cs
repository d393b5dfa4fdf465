using System.Text;

namespace EventStream.Extensions.AI.Telling;

/// <summary>A message or a thought on its way, with its text so far.</summary>
internal sealed class OpenText(string id, string? sourceId, string? agent)
{
    // An event may take 256 KiB.
    private const int MaxContentBytes = 240 * 1024;

    private readonly StringBuilder _text = new();
    private int _bytes;

    public string Id => id;

    /// <summary>The id that the model's provider gave it, if any.</summary>
    public string? SourceId => sourceId;

    public string? Agent => agent;

    /// <summary>Whether it holds a refusal.</summary>
    public bool IsRefusal { get; set; }

    /// <summary>Whether the text is too long for one event.</summary>
    public bool IsTooLong => _bytes > MaxContentBytes;

    /// <summary>The whole text; empty when it is too long.</summary>
    public string Content => IsTooLong ? "" : _text.ToString();

    public void Append(string piece)
    {
        foreach (var unit in piece) _bytes += BytesOf(unit);
        if (IsTooLong) _text.Clear();
        else _text.Append(piece);
    }

    // As JSON, where halves of surrogate pairs and control characters are escaped.
    private static int BytesOf(char unit) => unit switch
    {
        '"' or '\\' => 2,
        < ' ' or '\u007f' => 6,
        < '\u0080' => 1,
        < '\u0800' => 2,
        >= '\ud800' and <= '\udfff' => 6,
        _ => 3,
    };
}

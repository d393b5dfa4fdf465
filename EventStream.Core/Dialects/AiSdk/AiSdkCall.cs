using System.Text;
using EventStream.Sessions;

namespace EventStream.Dialects.AiSdk;

/// <summary>A call of a tool that was told.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Step">The number of the step that it was told in: a client finds its input in no other.</param>
internal sealed record AiSdkCall(string Id, int Step)
{
    private readonly StringBuilder _args = new();
    private bool _isLong;

    public required string ToolName { get; set; }

    /// <summary>Whether its input isn't complete.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Whether a piece of its input was told since it was opened.</summary>
    public bool HasPieces { get; private set; }

    public bool HasOutput { get; set; }

    /// <summary>The input as JSON, once it is complete.</summary>
    public string Input { get; set; } = "{}";

    public int Length => Id.Length + ToolName.Length + _args.Length + Input.Length;

    /// <summary>The pieces of its input; null when they are more than a client should hold.</summary>
    public string? Pieces => _isLong ? null : $"{_args}";

    public void Append(string piece)
    {
        HasPieces = true;
        _isLong |= _args.Length + piece.Length > SessionState.MaxTextBytes;
        if (_isLong) _args.Clear();
        else _args.Append(piece);
    }
}

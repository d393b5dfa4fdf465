using System.Text;

namespace EventStream.Sessions;

/// <summary>A text in UTF-8 that only grows. Values share one buffer, so that appending to the longest copies what is new and nothing else.</summary>
internal readonly struct GrowingText : IEquatable<GrowingText>
{
    private readonly Piece? _piece;

    private GrowingText(Piece piece, int length) => (_piece, Length) = (piece, length);

    /// <summary>Its length in bytes.</summary>
    public int Length { get; }

    /// <summary>The text in UTF-8.</summary>
    public ReadOnlySpan<byte> Utf8 => _piece is null ? [] : _piece.Bytes.AsSpan(0, Length);

    /// <summary>The text with <paramref name="utf8"/> behind it. This one stays as it is.</summary>
    public GrowingText Append(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return this;
        var length = Length + utf8.Length;
        // The first append to this value writes behind its text in the shared buffer; a second append copies the text.
        if (_piece is { } piece && length <= piece.Bytes.Length && Interlocked.CompareExchange(ref piece.Used, length, Length) == Length)
        {
            utf8.CopyTo(piece.Bytes.AsSpan(Length));
            return new GrowingText(piece, length);
        }
        var larger = new Piece(new byte[Math.Max(256, 2 * length)], length);
        Utf8.CopyTo(larger.Bytes);
        utf8.CopyTo(larger.Bytes.AsSpan(Length));
        return new GrowingText(larger, length);
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Utf8);

    /// <inheritdoc/>
    public bool Equals(GrowingText other) => Utf8.SequenceEqual(other.Utf8);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrowingText other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Utf8);
        return hash.ToHashCode();
    }

    /// <summary>Whether both say the same.</summary>
    public static bool operator ==(GrowingText left, GrowingText right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(GrowingText left, GrowingText right) => !left.Equals(right);

    private sealed class Piece(byte[] bytes, int used)
    {
        public readonly byte[] Bytes = bytes;
        public int Used = used;
    }
}

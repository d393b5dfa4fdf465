using System.Text;
using EventStream.Events;

namespace EventStream.Sessions;

/// <summary>A text in <see cref="Wtf8"/> that only grows. Values share one buffer, so that appending to the longest copies what is new and nothing else.</summary>
internal readonly struct GrowingText : IEquatable<GrowingText>
{
    private readonly Piece? _piece;

    private GrowingText(Piece piece, int length) => (_piece, Length) = (piece, length);

    /// <summary>Its length in bytes.</summary>
    public int Length { get; }

    /// <summary>How many bytes it holds in memory.</summary>
    public int Capacity => _piece?.Bytes.Length ?? 0;

    /// <summary>The text in WTF-8.</summary>
    public ReadOnlySpan<byte> Wtf8Bytes => _piece is null ? [] : _piece.Bytes.AsSpan(0, Length);

    /// <summary>The text with <paramref name="wtf8"/> behind it; two halves of a surrogate pair that meet become the pair. This one stays as it is.</summary>
    public GrowingText Append(ReadOnlySpan<byte> wtf8)
    {
        if (wtf8.IsEmpty) return this;
        if (Wtf8.BeginsWithSecondHalf(wtf8) && Wtf8.OpenEndOf(Wtf8Bytes) is { } first) return Joined(new Rune(first, Wtf8.HalfOf(wtf8)), wtf8[Wtf8.HalfLength..]);
        var length = Length + wtf8.Length;
        // The first append to this value writes behind its text in the shared buffer; a second append copies the text.
        if (_piece is { } piece && length <= piece.Bytes.Length && Interlocked.CompareExchange(ref piece.Used, length, Length) == Length)
        {
            wtf8.CopyTo(piece.Bytes.AsSpan(Length));
            return new GrowingText(piece, length);
        }
        var larger = new Piece(new byte[Math.Max(256, 2 * length)], length);
        Wtf8Bytes.CopyTo(larger.Bytes);
        wtf8.CopyTo(larger.Bytes.AsSpan(Length));
        return new GrowingText(larger, length);
    }

    private GrowingText Joined(Rune pair, ReadOnlySpan<byte> rest)
    {
        var kept = Length - Wtf8.HalfLength;
        var bytes = new byte[Math.Max(256, 2 * (Length + rest.Length + 1))];
        Wtf8Bytes[..kept].CopyTo(bytes);
        kept += pair.EncodeToUtf8(bytes.AsSpan(kept));
        rest.CopyTo(bytes.AsSpan(kept));
        return new GrowingText(new Piece(bytes, kept + rest.Length), kept + rest.Length);
    }

    /// <inheritdoc/>
    public override string ToString() => Wtf8.ToText(Wtf8Bytes);

    /// <inheritdoc/>
    public bool Equals(GrowingText other) => Wtf8Bytes.SequenceEqual(other.Wtf8Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrowingText other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Wtf8Bytes);
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

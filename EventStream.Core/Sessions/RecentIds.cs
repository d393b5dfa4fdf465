using System.Runtime.InteropServices;

namespace EventStream.Sessions;

/// <summary>Digests of the last <see cref="SessionState.MaxEventIds"/> ids of events. Values share one buffer, so that adding to the newest value rarely copies.</summary>
internal readonly struct RecentIds
{
    // The larger a buffer is, the more rarely the newest ids are copied into the next one.
    private const int PieceLength = 4 * SessionState.MaxEventIds;

    private readonly Piece? _piece;
    private readonly int _end;

    private RecentIds(Piece piece, int end) => (_piece, _end) = (piece, end);

    /// <summary>How many bytes they take.</summary>
    public int Bytes => _piece is null ? 0 : _piece.Digests.Length * sizeof(ulong);

    private int Start => Math.Max(0, _end - SessionState.MaxEventIds);

    public bool Contains(string id) => _piece is not null && _piece.Digests.AsSpan(Start, _end - Start).Contains(DigestOf(id));

    /// <summary>These and one more. This one stays as it is.</summary>
    public RecentIds Add(string id)
    {
        // The first addition to this value writes behind its last id in the shared buffer; a second addition copies the ids.
        var isFree = _piece is not null && _end < _piece.Digests.Length && Interlocked.CompareExchange(ref _piece.Used, _end + 1, _end) == _end;
        var (piece, end) = isFree ? (_piece!, _end) : Copied();
        piece.Digests[end] = DigestOf(id);
        return new RecentIds(piece, end + 1);
    }

    private static ulong DigestOf(string id) => SessionState.DigestOf(MemoryMarshal.AsBytes(id.AsSpan()));

    private (Piece Piece, int End) Copied()
    {
        var count = _end - Start;
        // Most sessions are small.
        var piece = new Piece(Math.Min(PieceLength, Math.Max(16, 4 * count)), count + 1);
        _piece?.Digests.AsSpan(Start, count).CopyTo(piece.Digests);
        return (piece, count);
    }

    private sealed class Piece(int length, int used)
    {
        public readonly ulong[] Digests = new ulong[length];
        public int Used = used;
    }
}

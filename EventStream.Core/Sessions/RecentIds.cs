namespace EventStream.Sessions;

/// <summary>The last <see cref="SessionState.MaxEventIds"/> ids of events. Values share one buffer, so that adding to the newest value rarely copies.</summary>
internal readonly struct RecentIds
{
    // The larger a buffer is, the more rarely the newest ids are copied into the next one.
    private const int PieceLength = 4 * SessionState.MaxEventIds;

    private readonly Piece? _piece;
    private readonly int _end;

    private RecentIds(Piece piece, int end) => (_piece, _end) = (piece, end);

    private int Start => Math.Max(0, _end - SessionState.MaxEventIds);

    public bool Contains(string id)
    {
        if (_piece is null) return false;
        var hash = string.GetHashCode(id, StringComparison.Ordinal);
        for (var from = Start; from < _end; from++)
        {
            var found = _piece.Hashes.AsSpan(from, _end - from).IndexOf(hash);
            if (found < 0) return false;
            from += found;
            if (_piece.Ids[from] == id) return true;
        }
        return false;
    }

    /// <summary>These and one more. This one stays as it is.</summary>
    public RecentIds Add(string id)
    {
        // The first addition to this value writes behind its last id in the shared buffer; a second addition copies the ids.
        var isFree = _piece is not null && _end < _piece.Ids.Length && Interlocked.CompareExchange(ref _piece.Used, _end + 1, _end) == _end;
        var (piece, end) = isFree ? (_piece!, _end) : Copied();
        (piece.Ids[end], piece.Hashes[end]) = (id, string.GetHashCode(id, StringComparison.Ordinal));
        return new RecentIds(piece, end + 1);
    }

    private (Piece Piece, int End) Copied()
    {
        var count = _end - Start;
        // Most sessions are small.
        var piece = new Piece(Math.Min(PieceLength, Math.Max(16, 4 * count)), count + 1);
        if (_piece is not null)
        {
            Array.Copy(_piece.Ids, Start, piece.Ids, 0, count);
            Array.Copy(_piece.Hashes, Start, piece.Hashes, 0, count);
        }
        return (piece, count);
    }

    private sealed class Piece(int length, int used)
    {
        public readonly string[] Ids = new string[length];
        public readonly int[] Hashes = new int[length];
        public int Used = used;
    }
}

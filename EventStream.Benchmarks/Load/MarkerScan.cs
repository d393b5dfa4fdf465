namespace EventStream.Benchmarks.Load;

/// <summary>Finds the markers in the body of one stream, wherever reads cut it.</summary>
internal struct MarkerScan
{
    // Holds a marker that a read cut off; allocated only when that happens.
    private byte[]? _carry;
    private int _carried;

    public void Take(ReadOnlySpan<byte> body, LoadStream stream, long now)
    {
        if (_carried > 0 && !TryTakeSeam(ref body, stream, now)) return;
        while (true)
        {
            var at = body.IndexOf(Marker.Sign);
            if (at < 0)
            {
                if (!body.IsEmpty && body[^1] == '@') Carry(body[^1..]);
                return;
            }
            body = body[at..];
            if (body.Length < Marker.Length)
            {
                Carry(body);
                return;
            }
            if (Marker.TryRead(body, out var marker))
            {
                stream.OnEvent(marker, now);
                body = body[Marker.Length..];
            }
            else
            {
                body = body[1..];
            }
        }
    }

    /// <summary>Completes a marker that an earlier read cut off.</summary>
    /// <returns>Whether anything of the new bytes is left.</returns>
    private bool TryTakeSeam(ref ReadOnlySpan<byte> body, LoadStream stream, long now)
    {
        Span<byte> seam = stackalloc byte[2 * Marker.Length];
        var carried = _carried;
        _carried = 0;
        _carry.AsSpan(0, carried).CopyTo(seam);
        var taken = Math.Min(Marker.Length, body.Length);
        body[..taken].CopyTo(seam[carried..]);
        seam = seam[..(carried + taken)];
        for (var start = 0; start < carried; start++)
        {
            var left = seam[start..];
            if (left.Length == 1 ? left[0] != '@' : !left.StartsWith(Marker.Sign)) continue;
            if (left.Length < Marker.Length)
            {
                Carry(left);
                return false;
            }
            if (!Marker.TryRead(left, out var marker)) continue;
            stream.OnEvent(marker, now);
            body = body[(start + Marker.Length - carried)..];
            return true;
        }
        return true;
    }

    private void Carry(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_carry ??= new byte[Marker.Length]);
        _carried = bytes.Length;
    }
}

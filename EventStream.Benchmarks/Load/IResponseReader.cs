namespace EventStream.Benchmarks.Load;

/// <summary>Reads the answer on one connection, wherever reads cut it.</summary>
internal interface IResponseReader
{
    /// <summary>The status; 0 until the headers were read.</summary>
    int Status { get; }

    /// <summary>The beginning of the answer, for an error message.</summary>
    string? FirstLine { get; }

    bool IsEnded { get; }

    /// <summary>Takes the bytes of this answer up to the end of one piece of its body, which may be empty.</summary>
    ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> received);
}

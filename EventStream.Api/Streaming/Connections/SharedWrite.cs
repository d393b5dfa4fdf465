using EventStream.Api.Streaming.Frames;

namespace EventStream.Api.Streaming.Connections;

/// <summary>The bytes of a run of frames, framed once for all connections that are sent just these.</summary>
internal sealed class SharedWrite(FrameRun run)
{
    private ReadOnlyMemory<byte> _chunk;

    public FrameRun Run => run;

    /// <summary>The run as one chunk of an HTTP/1.1 body.</summary>
    public ReadOnlyMemory<byte> Chunk => _chunk.IsEmpty ? _chunk = ToChunk() : _chunk;

    private ReadOnlyMemory<byte> ToChunk()
    {
        var buffer = GC.AllocateUninitializedArray<byte>(HttpChunk.HeadBytes + run.Length + HttpChunk.TailBytes);
        run.CopyTo(buffer.AsSpan(HttpChunk.HeadBytes));
        return HttpChunk.Seal(buffer, run.Length);
    }
}

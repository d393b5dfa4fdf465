using System.Buffers;
namespace EventStream.Sources.Eddie;
internal sealed class EddieRestored { public bool TryWrite(ReadOnlySpan<byte> envelope, IBufferWriter<byte> output) { output.Write(envelope); _n++; return true; } private int _n; }

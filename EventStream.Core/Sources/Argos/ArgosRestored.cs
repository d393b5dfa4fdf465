using System.Buffers;
namespace EventStream.Sources.Argos;
internal static class ArgosRestored { public static bool TryWrite(ReadOnlySpan<byte> envelope, IBufferWriter<byte> output, out string name) { name = "restored"; output.Write(envelope); return true; } }

using System.Text.Json;
using EventStream.Events;

namespace EventStream.Sessions.Snapshots;

/// <summary>A snapshot as a server answers with it.</summary>
internal static class SnapshotJson
{
    private static readonly SnapshotJsonContext Context = new(new JsonSerializerOptions(SnapshotJsonContext.Default.Options) { Encoder = JsonEncoder.Instance });

    public static byte[] Write(SessionSnapshot snapshot) => JsonSerializer.SerializeToUtf8Bytes(snapshot, Context.SessionSnapshot);

    /// <exception cref="JsonException">It is none.</exception>
    public static SessionSnapshot Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, Context.SessionSnapshot) ?? throw new JsonException("null is no snapshot.");
}

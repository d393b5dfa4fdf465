using System.Text.Json;
using EventStream.Foreign;

namespace EventStream.Dialects.AiSdk;

/// <summary>Writes chunks of a UI message stream: no nulls, and no name for an <c>event:</c> line.</summary>
internal sealed class AiSdkWriter
{
    private readonly PayloadWriter _json = new();
    private List<DialectMessage> _output = [];

    /// <summary>What stands behind the last chunk.</summary>
    public static ReadOnlySpan<byte> Done => "[DONE]"u8;

    /// <summary>Whether a message is a chunk, and not what stands behind the last one.</summary>
    public static bool IsChunk(DialectMessage message) => !message.Data.Span.SequenceEqual(Done);

    /// <summary>How many messages were written.</summary>
    public int Count => _output.Count;

    /// <summary>Goes on writing to a list.</summary>
    public void WriteTo(List<DialectMessage> output) => _output = output;

    public void Chunk(string type, Func<PayloadWriter, PayloadWriter> members) =>
        _output.Add(new DialectMessage("", members(_json.BeginNative().Text("type", type)).Finish().Utf8));

    public void End() => _output.Add(new DialectMessage("", Done.ToArray()));

    /// <summary>Writes what the protocol has no chunk for.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="value">What is said.</param>
    /// <param name="id">Replaces what was said by this id before; null for none.</param>
    /// <param name="isTransient">Whether the message doesn't keep it.</param>
    public void Data(string name, JsonElement value, string? id = null, bool isTransient = false) =>
        Chunk($"data-{name}", json => json.Text("id", id).Tame("data", value).Flag("transient", isTransient ? true : null));
}

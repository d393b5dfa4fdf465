using System.Text;
using BenchmarkDotNet.Attributes;
using EventStream.Api.Streaming.Frames;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Benchmarks.Parts.Server;

/// <summary>Makes a frame from an entry of the log.</summary>
public class FramePart
{
    private static readonly EventFactory Factory = new(TimeProvider.System);

    private LogEntry _entry;

    /// <summary>The kind of its text.</summary>
    [Params("a token", "2 kB", "200 kB", "line ends", "escapes", "emoji", "deep", "no envelope")]
    public string Kind { get; set; } = "";

    [GlobalSetup]
    public void Write()
    {
        var text = Kind switch
        {
            "2 kB" => new string('x', 2000),
            "200 kB" => new string('x', 200_000),
            "line ends" => string.Concat(Enumerable.Repeat("\r\n", 1000)),
            "escapes" => string.Concat(Enumerable.Repeat("\"\\\u0000\u2028", 500)),
            "emoji" => string.Concat(Enumerable.Repeat("🧭", 1000)),
            _ => "token",
        };
        var payload = Kind == "deep"
            ? EventPayload.Parse($"{{\"delta\":{new string('[', 50)}{new string(']', 50)}}}")
            : EventPayload.Parse(System.Text.Json.JsonSerializer.Serialize(new { message_id = "m1", delta = text }));
        var envelope = Kind == "no envelope" ? "event: x\r\n\r\n"u8.ToArray() : EventWriter.ToUtf8(Factory.Create("s", "agent_message_delta", payload, new PublishOptions()));
        _entry = new LogEntry(new Cursor(1_763_694_885_123, 42), envelope);
        var frame = Encoding.UTF8.GetString(Frame.Of(_entry).Bytes.Span);
        var expected = Kind == "no envelope" ? "id: 1763694885123-42\n\n" : $"id: 1763694885123-42\nevent: agent_message_delta\ndata: {Encoding.UTF8.GetString(envelope)}\n\n";
        if (frame != expected || frame.Contains('\r', StringComparison.Ordinal)) throw new InvalidDataException($"The frame is {frame[..Math.Min(200, frame.Length)]}");
    }

    [Benchmark]
    public object Encode() => Frame.Of(_entry);
}

using System.Text;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Benchmarks.Streams;

/// <summary>Proves that the canonical events contain what Eddie's frames said.</summary>
internal sealed class EddieCheck
{
    private readonly StringBuilder _text = new();
    private int _messages;

    public void Take(IReadOnlyList<Event> events)
    {
        foreach (var next in events)
        {
            using var payload = JsonDocument.Parse(next.Payload.Utf8);
            switch (next.Type)
            {
                case "agent_message_start":
                    Require(payload.RootElement.GetProperty("message_id").GetString() == EddieFrames.MessageId(_messages), "begins out of turn");
                    _text.Clear();
                    break;
                case "agent_message_delta":
                    _text.Append(payload.RootElement.GetProperty("delta").GetString());
                    break;
                case "agent_message_end":
                    var said = EddieFrames.Text(_messages, _text.Length);
                    Require(_text.Equals(said) && payload.RootElement.GetProperty("content").GetString() == said, "says something else");
                    _messages++;
                    break;
                default:
                    Require(next.Type == "agent_status", $"became {next.Type}");
                    break;
            }
        }
    }

    /// <summary>Fails unless so many messages arrived and the last has that length.</summary>
    public void Finish(int messages, int characters) => Require(_messages == messages && _text.Length == characters, $"or an earlier one is missing: {messages} were sent");

    private void Require(bool holds, string fault)
    {
        if (!holds) throw new BenchmarkException($"Message {_messages} {fault}.");
    }
}

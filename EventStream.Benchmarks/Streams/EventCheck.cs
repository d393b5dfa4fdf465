using System.Buffers.Text;
using System.Text;
using EventStream.Events;

namespace EventStream.Benchmarks.Streams;

/// <summary>Reads the lines of one stream and proves that the numbered events arrive exactly once and in order.</summary>
/// <param name="firstNumber">The number of the first expected event.</param>
/// <param name="onEvent">Called with the number of each event that arrived correctly.</param>
/// <param name="sessions">How many sessions publish in turn, each in order: event n belongs to session n modulo this.</param>
internal sealed class EventCheck(int firstNumber, Action<int>? onEvent = null, int sessions = 1)
{
    private readonly int _first = firstNumber;
    private readonly int[] _taken = new int[sessions];
    private Cursor _id;
    private Cursor _position;
    private bool _isEvent;
    private bool _hasPosition;

    /// <summary>The number of the next expected event; with several sessions, how many events arrived.</summary>
    public int Next { get; private set; } = firstNumber;

    public bool HasStarted { get; private set; }

    public void TakeLine(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("id: "u8))
        {
            if (!Cursor.TryParse(line[4..], out _id)) throw new InvalidDataException($"'{Encoding.UTF8.GetString(line)}' is no cursor.");
        }
        else if (line.StartsWith("event: "u8))
        {
            _isEvent = line[7..].SequenceEqual("agent_message_delta"u8);
        }
        else if (line.StartsWith("data: "u8))
        {
            if (_isEvent) TakeEvent(line);
            else TakeControl(line);
        }
    }

    private void TakeEvent(ReadOnlySpan<byte> data)
    {
        var at = data.IndexOf("\"number\":"u8);
        if (at < 0 || !Utf8Parser.TryParse(data[(at + 9)..], out int number, out _)) throw new InvalidDataException("An event without a number came.");
        var session = (number - _first) % sessions;
        var due = session < 0 ? Next : _first + session + sessions * _taken[session];
        if (number != due) throw new InvalidDataException($"Event {number} came where {due} was due.");
        if (_hasPosition && !_id.Follows(_position)) throw new InvalidDataException($"Position {_id} came after {_position}.");
        (_position, _hasPosition) = (_id, true);
        _taken[session]++;
        Next++;
        onEvent?.Invoke(number);
    }

    private void TakeControl(ReadOnlySpan<byte> data)
    {
        var retry = data.IndexOf("\"reconnect\":true,\"retry_ms\":"u8);
        if (retry >= 0 && Utf8Parser.TryParse(data[(retry + 28)..], out int retryMs, out _)) throw new SentAwayException($"The server said {Encoding.UTF8.GetString(data[6..])}", retryMs);
        if (data.IndexOf("\"type\":\"session_stream_started\""u8) < 0) throw new InvalidDataException($"The server said {Encoding.UTF8.GetString(data[6..])}");
        if (data.IndexOf("\"resume\":\"partial\""u8) >= 0) throw new InvalidDataException("The server could resume only in part.");
        HasStarted = true;
    }
}

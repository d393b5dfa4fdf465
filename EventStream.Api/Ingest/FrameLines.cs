using System.Buffers;
using System.Text.Json;

namespace EventStream.Api.Ingest;

/// <summary>Finds the frames in the lines of a body: NDJSON, the data of Server-Sent Events, or JSON that is indented over several lines.</summary>
internal sealed class FrameLines
{
    private readonly ArrayBufferWriter<byte> _held = new();
    private JsonReaderState _state;
    private int _read;
    private long _number;
    private bool _isData;

    /// <summary>Whether the body is Server-Sent Events.</summary>
    public bool IsEventStream { get; private set; }

    /// <summary>How many bytes of an unfinished frame are held.</summary>
    public int HeldBytes => _held.WrittenCount;

    /// <summary>Takes a line, and adds the frames that are whole with it.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="line">The line without white space around it.</param>
    /// <param name="frames">Gets the frames.</param>
    public void Take(long number, ReadOnlyMemory<byte> line, List<BodyLine> frames)
    {
        var isData = line.Span.StartsWith("data:"u8);
        IsEventStream |= isData;
        if (isData) line = line[5..].Trim(" \t"u8);
        // What an event holds ends with an empty line, or with the next field.
        if (HeldBytes > 0 && isData != _isData) End(frames);
        if (line.IsEmpty || (HeldBytes == 0 && !isData && IsField(line.Span))) return;
        var isFirst = HeldBytes == 0;
        // A line of NDJSON is a frame, good or bad; only a lone bracket begins JSON that is indented.
        if (isFirst && (isData ? line.Span.SequenceEqual("[DONE]"u8) : !line.Span.SequenceEqual("{"u8) && !line.Span.SequenceEqual("["u8)))
        {
            frames.Add(new BodyLine(number, line));
            return;
        }
        (_number, _isData) = (number, isData);
        if (isFirst) (_state, _read) = (default, 0);
        if (GoesOn(line.Span) && HeldBytes <= LineReader.MaxLineBytes) return;
        if (HeldBytes > LineReader.MaxLineBytes) Refuse(frames, LineReader.TooLong());
        else End(frames);
    }

    /// <summary>Adds what is held of an unfinished frame.</summary>
    public void End(List<BodyLine> frames)
    {
        if (HeldBytes == 0) return;
        frames.Add(new BodyLine(_number, _held.WrittenSpan[..^1].ToArray()));
        _held.ResetWrittenCount();
    }

    /// <summary>Refuses what is held of an unfinished frame.</summary>
    public void Refuse(List<BodyLine> frames, Exception reason)
    {
        frames.Add(new BodyLine(_number, default, reason));
        _held.ResetWrittenCount();
    }

    // A frame that is no JSON goes on nowhere: its reader says what is wrong.
    private bool GoesOn(ReadOnlySpan<byte> line)
    {
        _held.Write(line);
        _held.Write("\n"u8);
        var reader = new Utf8JsonReader(_held.WrittenSpan[_read..], isFinalBlock: false, _state);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return false;
            }
        }
        catch (JsonException)
        {
            return false;
        }
        (_state, _read) = (reader.CurrentState, _read + (int)reader.BytesConsumed);
        return true;
    }

    private static bool IsField(ReadOnlySpan<byte> line) => line[0] == (byte)':' || line.StartsWith("event:"u8) || line.StartsWith("id:"u8) || line.StartsWith("retry:"u8);
}

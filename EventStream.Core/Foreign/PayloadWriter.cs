using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EventStream.Events;

namespace EventStream.Foreign;

/// <summary>Writes a payload member by member. Native values are copied token for token.</summary>
internal sealed class PayloadWriter
{
    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(' ', 0x5F).Select(code => (char)code).Except(['"', '\\'])]);

    private readonly ArrayBufferWriter<byte> _bytes = new(512);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<JsonProperty> _displaced = [];
    private string? _runId;
    private bool _isNative;

    /// <summary>Whether the payload holds nothing but texts, numbers and booleans, and no <c>run_id</c>: it can be neither nested too deep nor name another run.</summary>
    public bool IsFlat { get; private set; }

    /// <summary>Begins a payload.</summary>
    /// <param name="runId">The run of the envelope, which a <c>run_id</c> inside may not contradict.</param>
    public void Begin(string? runId) => Begin(runId, isNative: false);

    /// <summary>Begins a native object instead of a payload: it may name any run.</summary>
    public PayloadWriter BeginNative() => Begin(runId: null, isNative: true);

    /// <summary>Writes a text; null writes nothing.</summary>
    public PayloadWriter Text(string name, string? value)
    {
        if (value is null) return this;
        Name(name);
        WriteText(value);
        return this;
    }

    /// <summary>Writes a text in WTF-8. Half a surrogate pair is written as an escape.</summary>
    public PayloadWriter Text(string name, ReadOnlySpan<byte> wtf8)
    {
        Name(name);
        _bytes.Write("\""u8);
        EscapedText.Write(_bytes, wtf8);
        _bytes.Write("\""u8);
        return this;
    }

    /// <summary>Writes a number; null writes nothing.</summary>
    public PayloadWriter Number(string name, long? value)
    {
        if (value is not { } number) return this;
        Name(name);
        number.TryFormat(_bytes.GetSpan(20), out var written);
        _bytes.Advance(written);
        return this;
    }

    /// <summary>Writes a boolean; null writes nothing.</summary>
    public PayloadWriter Flag(string name, bool? value)
    {
        if (value is not { } flag) return this;
        Name(name);
        _bytes.Write(flag ? "true"u8 : "false"u8);
        return this;
    }

    /// <summary>Writes a native value as it is; null (no value) writes nothing.</summary>
    public PayloadWriter Json(string name, JsonElement? value)
    {
        if (value is not { } json) return this;
        Name(name);
        if (json.ValueKind is JsonValueKind.Object or JsonValueKind.Array) IsFlat = false;
        _bytes.Write(JsonMarshal.GetRawUtf8Value(json));
        return this;
    }

    /// <summary>Writes a text that is already escaped for JSON.</summary>
    public PayloadWriter Escaped(string name, ReadOnlySpan<byte> escaped)
    {
        Name(name);
        _bytes.Write("\""u8);
        _bytes.Write(escaped);
        _bytes.Write("\""u8);
        return this;
    }

    /// <summary>Writes an object.</summary>
    public PayloadWriter Object(string name, EventPayload value)
    {
        Name(name);
        IsFlat = false;
        _bytes.Write(value.Utf8.Span);
        return this;
    }

    /// <summary>Writes JSON that was made of parts.</summary>
    public PayloadWriter Raw(string name, ReadOnlySpan<byte> json)
    {
        Name(name);
        IsFlat = false;
        _bytes.Write(json);
        return this;
    }

    /// <summary>Writes JSON null.</summary>
    public PayloadWriter Null(string name)
    {
        Name(name);
        _bytes.Write("null"u8);
        return this;
    }

    /// <summary>Keeps a name free, once something is written: a remaining member of that name goes where those go that would contradict another.</summary>
    public PayloadWriter Reserve(string name)
    {
        _names.Add(name);
        return this;
    }

    /// <summary>Writes members without a canonical place under their own names. Those that would contradict a canonical member go into an object <c>native</c> (or <c>native_members</c>).</summary>
    public PayloadWriter Remaining(NativeBody body) => Remaining(body.Remaining());

    /// <inheritdoc cref="Remaining(NativeBody)"/>
    public PayloadWriter Remaining(IEnumerable<JsonProperty> members)
    {
        foreach (var member in members)
        {
            if (_names.Contains(member.Name) || (!_isNative && member.Name == "run_id" && JsonText.Text(member.Value) is { } run && run != _runId))
            {
                if (member.Value.ValueKind != JsonValueKind.Null) _displaced.Add(member);
            }
            else Json(member.Name, member.Value);
        }
        return this;
    }

    /// <summary>The payload.</summary>
    public EventPayload Finish()
    {
        if (_displaced.Count > 0)
        {
            IsFlat = false;
            var displaced = "native";
            while (_names.Contains(displaced)) displaced += "_members";
            Name(displaced);
            for (var i = 0; i < _displaced.Count; i++)
            {
                _bytes.Write(i == 0 ? "{"u8 : ","u8);
                WriteName(_displaced[i].Name);
                _bytes.Write(JsonMarshal.GetRawUtf8Value(_displaced[i].Value));
            }
            _bytes.Write("}"u8);
        }
        _bytes.Write("}"u8);
        return new EventPayload(_bytes.WrittenSpan.ToArray());
    }

    private PayloadWriter Begin(string? runId, bool isNative)
    {
        _bytes.ResetWrittenCount();
        _names.Clear();
        _displaced.Clear();
        (_runId, _isNative) = (runId, isNative);
        IsFlat = true;
        _bytes.Write("{"u8);
        return this;
    }

    private void Name(string name)
    {
        if (!_names.Add(name)) throw new InvalidOperationException($"The payload has a member '{name}' already.");
        if (_names.Count > 1) _bytes.Write(","u8);
        if (name == "run_id") IsFlat = false;
        WriteName(name);
    }

    private void WriteName(string name)
    {
        WriteText(name);
        _bytes.Write(":"u8);
    }

    private void WriteText(string text)
    {
        _bytes.Write("\""u8);
        if (text.AsSpan().ContainsAnyExcept(Plain)) EscapedText.Write(_bytes, text);
        else _bytes.Advance(Encoding.ASCII.GetBytes(text, _bytes.GetSpan(text.Length)));
        _bytes.Write("\""u8);
    }
}

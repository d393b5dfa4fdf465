using System.Buffers;
using System.Text;
using System.Text.Json;
using EventStream.Events;
using EventStream.Foreign;
using EventStream.Sessions;
using EventStream.Sources;
using EventStream.Tests.Sources;
using EventStream.Tests.Support;
using Shouldly;

namespace EventStream.Tests.Dialects;

/// <summary>A native event of a test vector, with the canonical events that it became.</summary>
internal sealed record DialectRow(string Id, NativeEvent Native, IReadOnlyList<Event> Events)
{
    /// <summary>A way to write stored events natively.</summary>
    public delegate bool Writer(ReadOnlySpan<byte> envelope, IBufferWriter<byte> output);

    /// <summary>All native events of a source, vector by vector, normalised one after the other.</summary>
    public static IEnumerable<IReadOnlyList<DialectRow>> Of(string source) =>
        Vector.All.Values.Where(vector => vector.Source == source).Select(vector => (IReadOnlyList<DialectRow>)[.. Of(vector)]);

    /// <summary>Writes an event natively; the result must be one line of JSON.</summary>
    public static JsonElement Write(Writer writer, ReadOnlySpan<byte> envelope)
    {
        var output = new ArrayBufferWriter<byte>();
        writer(envelope, output).ShouldBeTrue();
        output.WrittenSpan.IndexOfAny((byte)'\r', (byte)'\n').ShouldBe(-1);
        return JsonElement.Parse(output.WrittenSpan);
    }

    /// <summary>The differences between a native object and the written one: <c>-name</c> was lost or changed, <c>null</c> was left out, <c>+name</c> was added.</summary>
    public static IEnumerable<string> Differences(JsonElement native, JsonElement written)
    {
        foreach (var member in native.EnumerateObject())
        {
            if (!written.TryGetProperty(member.Name, out var value)) yield return member.Value.ValueKind == JsonValueKind.Null ? "null" : $"-{member.Name}";
            else if (!IsSame(member.Value, value)) yield return $"-{member.Name}";
        }
        foreach (var member in written.EnumerateObject().Where(member => !native.TryGetProperty(member.Name, out _))) yield return $"+{member.Name}";
    }

    /// <summary>Fails unless the differences are exactly those of a table.</summary>
    public static void AssertExplained(IEnumerable<(string Where, string Difference)> differences, IReadOnlyDictionary<string, string> reasons)
    {
        var found = differences.ToList();
        found.Where(difference => !reasons.ContainsKey(difference.Difference)).Select(difference => $"{difference.Where}: {difference.Difference}").ShouldBeEmpty();
        reasons.Keys.Except(found.Select(difference => difference.Difference)).ShouldBeEmpty("Nothing differs so any more.");
    }

    // Times are stored to the millisecond, and JSON in a text may be written with other white space.
    private static bool IsSame(JsonElement native, JsonElement written)
    {
        if (JsonElement.DeepEquals(native, written)) return true;
        if (NativeTime.Read(native) is { } told && NativeTime.Read(written) is { } time) return (told - time).Duration() < TimeSpan.FromMilliseconds(1);
        return written.ValueKind == JsonValueKind.String && Parse(written) is { } inner && JsonElement.DeepEquals(Parse(native) ?? native, inner);
    }

    private static JsonElement? Parse(JsonElement text)
    {
        try
        {
            return text.ValueKind == JsonValueKind.String ? JsonElement.Parse(text.GetString()!) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IEnumerable<DialectRow> Of(Vector vector)
    {
        var states = new Dictionary<string, SessionState>();
        foreach (var native in vector.Input.SelectMany(frame => NativeReader.Read(NativeReader.Parse(Encoding.UTF8.GetBytes(frame)), SourceCatalogue.Get(vector.Source), vector.Context)))
        {
            var session = native.SessionId ?? "";
            var batch = SourceBatch.From([native], 0, states.GetValueOrDefault(session, SessionState.Empty), new NormalisedEvents(new EventFactory(FixedTime.Instance), FixedTime.Instance), out _);
            states[session] = batch.State;
            yield return new DialectRow(vector.Id, native, batch.Events);
        }
    }
}

using System.Text.Json;
using EventStream.Events;
using EventStream.Sources;

namespace EventStream.Api.Ingest;

/// <summary>Reads native events out of JSON.</summary>
internal static class NativeBatch
{
    /// <summary>Reads one native event or a JSON array of 1 to 1,000.</summary>
    /// <returns>The events of each item.</returns>
    /// <exception cref="EventRejectedException">Names the item and the rule.</exception>
    public static IReadOnlyList<IReadOnlyList<NativeEvent>> Read(ReadOnlySpan<byte> utf8, IngestRequest request, out bool isSingle)
    {
        var json = JsonElement.Parse(CompactJson.From(utf8));
        isSingle = json.ValueKind != JsonValueKind.Array;
        if (isSingle) return [NativeReader.Read(json, request.Source, request.Context)];
        if (json.GetArrayLength() is 0 or > EventLimits.MaxBatchEvents)
            throw new EventRejectedException("", $"The array must hold 1 to {EventLimits.MaxBatchEvents} native events; send more as NDJSON, one a line.", isTooLarge: json.GetArrayLength() > 0);
        return [.. json.EnumerateArray().Select((item, number) => ReadItem(item, number, request))];
    }

    /// <summary>Reads a line: one native event, or a JSON array of them.</summary>
    /// <exception cref="EventRejectedException">Names the rule.</exception>
    public static IReadOnlyList<NativeEvent> ReadLine(BodyLine line, IngestRequest request)
    {
        if (line.IsTooLong) throw new EventRejectedException("", $"The line is longer than {LineReader.MaxLineBytes} bytes.", isTooLarge: true);
        var json = JsonElement.Parse(CompactJson.From(line.Text.Span, isLine: true));
        return json.ValueKind == JsonValueKind.Array
            ? [.. json.EnumerateArray().SelectMany((item, number) => ReadItem(item, number, request))]
            : NativeReader.Read(json, request.Source, request.Context);
    }

    private static IReadOnlyList<NativeEvent> ReadItem(JsonElement item, int number, IngestRequest request)
    {
        try
        {
            return NativeReader.Read(item, request.Source, request.Context);
        }
        catch (EventRejectedException e)
        {
            throw e.In($"/{number}");
        }
    }
}

using System.Text.Json;
using EventStream.Events;

namespace EventStream.Bus.Http;

/// <summary>Reads <c>{"event_id","id","outcome"}</c>, one object or an array of them, or a problem with a member <c>receipts</c>.</summary>
internal static class HttpReceipts
{
    public static AppendResult Read(ReadOnlyMemory<byte> body, IReadOnlyList<Event> events, Uri server)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            // A refusal (409) is a problem that contains the receipts.
            var answer = json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("receipts"u8, out var carried) ? carried : json.RootElement;
            var receipts = answer.ValueKind == JsonValueKind.Array ? answer.EnumerateArray().Select(ReadOne).ToArray() : [ReadOne(answer)];
            if (!receipts.Select(receipt => receipt.EventId).SequenceEqual(events.Select(e => e.EventId)))
                throw new FormatException("The receipts are for other events.");
            return new AppendResult { Receipts = receipts, Head = receipts.Max(receipt => receipt.Cursor) ?? Cursor.Zero };
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            // A proxy may have answered instead of the server, so it is unknown whether the events are stored.
            throw new BusUnavailableException($"What answers at {server} sent no receipt per event: check that it is the root of an EventStream server, and any proxy in between.", e);
        }
    }

    /// <summary>Reads one receipt.</summary>
    public static EventReceipt ReadOne(JsonElement receipt) => new(
        receipt.GetProperty("event_id"u8).GetString()!,
        receipt.TryGetProperty("id"u8, out var id) && id.ValueKind != JsonValueKind.Null ? Cursor.Parse(id.GetString()!) : null,
        receipt.GetProperty("outcome"u8).GetString() switch
        {
            "stored" => AppendOutcome.Stored,
            "duplicate" => AppendOutcome.Duplicate,
            "run_ended" => AppendOutcome.RunEnded,
            "run_taken" => AppendOutcome.RunTaken,
            var other => throw new FormatException($"'{other}' is no outcome."),
        });
}

using System.Text.Json;
using EventStream.Events;

namespace EventStream.Bus.Http;

/// <summary>Reads <c>{"outcome","events":[…]}</c>, one object or an array of them, or a problem with a member <c>receipts</c>.</summary>
internal static class HttpIngestReceipts
{
    public static string QueryOf(IngestContext context)
    {
        (string Name, string? Value)[] members =
        [
            (EnvelopeMember.SessionId.Name, context.SessionId), (EnvelopeMember.RunId.Name, context.RunId), (EnvelopeMember.ProjectId.Name, context.ProjectId),
            (EnvelopeMember.ExecutionId.Name, context.ExecutionId), ("class", context.Class), ("broadcast", context.Broadcast ? "true" : null),
        ];
        var given = members.Where(member => member.Value is not null).Select(member => $"{member.Name}={Uri.EscapeDataString(member.Value!)}").ToArray();
        return given.Length == 0 ? "" : $"?{string.Join('&', given)}";
    }

    public static IReadOnlyList<IngestReceipt> Read(ReadOnlyMemory<byte> body, Uri server)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var answer = json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("receipts"u8, out var carried) ? carried : json.RootElement;
            return answer.ValueKind == JsonValueKind.Array ? [.. answer.EnumerateArray().Select(ReadOne)] : [ReadOne(answer)];
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            // A proxy may have answered instead of the server, so it is unknown whether the events are stored.
            throw new BusUnavailableException($"What answers at {server} sent no receipt per native event: check that it is the root of an EventStream server, and any proxy in between.", e);
        }
    }

    private static IngestReceipt ReadOne(JsonElement receipt) => new([.. receipt.GetProperty("events"u8).EnumerateArray().Select(ingested =>
        new IngestedEvent(ingested.GetProperty("session_id"u8).GetString()!, ingested.GetProperty("type"u8).GetString()!, HttpReceipts.ReadOne(ingested)))]);
}

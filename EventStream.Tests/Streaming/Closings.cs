using System.Net.ServerSentEvents;
using System.Text.Json;
using Shouldly;

namespace EventStream.Tests.Streaming;

internal static class Closings
{
    /// <summary>The frame tells browsers and other clients alike to retry after a time within bounds.</summary>
    public static void Check(SseItem<string> item, string reason, int leastMs, int mostMs)
    {
        item.EventType.ShouldBe("stream_closing");
        var payload = JsonDocument.Parse(item.Data).RootElement.GetProperty("payload");
        var retryMs = payload.GetProperty("retry_ms").GetInt32();
        payload.GetRawText().ShouldBe($$"""{"reason":"{{reason}}","reconnect":true,"retry_ms":{{retryMs}}}""");
        retryMs.ShouldBeInRange(leastMs, mostMs);
        item.ReconnectionInterval.ShouldBe(TimeSpan.FromMilliseconds(retryMs));
    }
}

using System.Globalization;
using System.Text;
using EventStream.Tests.Sources;

namespace EventStream.Tests.Fuzzing;

/// <summary>A random request as bytes: mostly of a route that exists, and mostly broken in one or two places.</summary>
/// <param name="Bytes">What is sent.</param>
/// <param name="IsWhole">Whether the server has all that it waits for. Otherwise the client ends its side after it has sent this.</param>
/// <param name="IsUpgrade">Whether it asks for a WebSocket.</param>
internal sealed record FuzzedRequest(byte[] Bytes, bool IsWhole, bool IsUpgrade)
{
    private static readonly string[] Methods = ["GET", "GET", "GET", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "get", "QUERY", "POST"];

    private static readonly string[] Ids = ["s1", "s2", "s3", "p1", "broadcast", "a.b:c@d-e", "x%20y", "%00", "%0a", "..%2f..", "%ff%fe", "%C3%A9", "é", new('x', 129), "", "%", "%zz", "s1%2Fhistory"];

    private static readonly string[] Paths =
    [
        "/events/#", "/events/#", "/api/events/#", "/events/#/history", "/projects/#/events", "/projects/#/events/history", "/broadcast/events", "/broadcast/events/history",
        "/ws/events/#", "/ws/projects/#", "/ws/broadcast", "/ingest/eddie", "/ingest/adk", "/ingest/argos", "/ingest/cognesy", "/ingest/ya-agent", "/ingest/openai", "/ingest/anthropic", "/ingest/auto", "/ingest/#",
        "/api/stream/projects/#/ingest/#/events", "/api/stream/projects/#/agent-runs/#", "/api/stream/projects/#/workflows/#/events",
        "/sessions", "/health/live", "/health/ready", "/schema/events", "/openapi/v1.json", "/scalar", "/", "/inspector/assets/#", "/#", "//", "*", "/events/#/#",
    ];

    private static readonly string[] Parameters =
    [
        "last_event_id", "lastEventId", "from", "types", "run_id", "session_id", "project_id", "close", "heartbeat", "names", "frame", "after", "limit", "broadcast", "on_error", "class", "execution_id", "dialect", "ticket", "",
    ];

    private static readonly string[] Values =
    [
        "0-0", "1-1", "1795246969860-2", "999999999999999-1", "9999999999999999-1", "-1-1", "1-", "-", "abc", "earliest", "live", "tool_*", "*", "tool_*,run_completed,,", "r1", "s1", "never", "session", "terminal", "event",
        "native", "reverb", "canonical", "event-data", "0", "1", "-1", "1000", "1001", "99999999999999999999", "1e9", "true", "false", "skip", "stop", "%00", "%F0%9F%98%80", "%ed%a0%80", "%", "", "ChatMessageCreatedEvent", "é",
    ];

    private static readonly string[] Headers =
    [
        "Accept: text/event-stream", "Accept: text/html", "Accept: */*;q=0", "Accept: ,;=", "Accept: application/json;q=2", "Last-Event-ID: 0-0", "Last-Event-ID: 1-1", "Last-Event-ID: ", "Last-Event-ID: é\u0001", "Origin: http://evil.test",
        "Origin: null", "Origin: http://127.0.0.1", "Origin: http://[::1", "If-None-Match: *", "If-None-Match: W/\"a\", \"", "Content-Encoding: gzip", "Expect: 100-continue", "Range: bytes=0-1", "Cookie: a=b; c", "Accept-Encoding: gzip;q=x",
        "X-Forwarded-For: 1.2.3.4", "traceparent: 00-00-00-00", "Sec-Fetch-Site: cross-site", "Upgrade: h2c", "Connection: close", "Referer: ", "X: \u0000", ": empty", "no colon", " folded: line",
    ];

    private static readonly string[] ContentTypes =
    [
        "application/json", "application/json; charset=utf-8", "application/x-ndjson", "application/jsonl", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "text/", ";", "application/vnd.a+json", "APPLICATION/JSON;CHARSET=\"UTF-8\"",
    ];

    private static readonly string[] Bodies =
    [
        """{"type":"agent_message_delta","payload":{"message_id":"m1","delta":"a"}}""",
        """{"type":"tool_call_result","run_id":"r1","project_id":"p1","payload":{"tool_call_id":"t","result":null}}""",
        """[{"type":"note","payload":{}},{"type":"run_completed","run_id":"r1","payload":{"run_id":"r1"}}]""",
        """{"type":"session_ended","payload":{"reason":"completed"}}""",
        "{\"type\":\"note\"}\n{\"type\":\"note\",\"event_id\":\"e1\"}\n\n{\"type\":\"note\"}",
        """{"type":"stream_gap","payload":{"from":"0-0","to":"1-1"}}""",
        """{"type":"note","timestamp":"2026-02-30T00:00:00Z","payload":[1e400,"\ud800",{"\udc00":-0}]}""",
        "", " ", "[]", "null", "\"", "{", "\uFEFF{}",
    ];

    private static readonly string[] Natives = [.. Vector.All.Values.SelectMany(vector => vector.Input)];

    public override string ToString() => Encoding.Latin1.GetString(Bytes, 0, Math.Min(Bytes.Length, 2000));

    public static FuzzedRequest Next(Random random)
    {
        var path = string.Join(Pick(random, Ids), Pick(random, Paths).Split('#'));
        var isUpgrade = path.StartsWith("/ws/", StringComparison.Ordinal) && random.Next(4) > 0;
        var method = isUpgrade ? "GET" : Pick(random, Methods);
        var body = method is "GET" or "HEAD" or "OPTIONS" && random.Next(8) > 0 ? [] : Body(random);
        var head = new StringBuilder($"{method} {path}{Query(random)} HTTP/1.1\r\nHost: {(random.Next(12) == 0 ? Pick(random, ["", "[", "a b", "evil.test:99999", "xn--"]) : "localhost")}\r\n");
        foreach (var _ in Enumerable.Range(0, random.Next(4))) head.Append(random.Next(40) == 0 ? $"X-Long: {new string('x', 40_000)}" : Pick(random, Headers)).Append("\r\n");
        if (isUpgrade) head.Append(CultureInfo.InvariantCulture, $"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: {(random.Next(8) == 0 ? "12" : "13")}\r\nSec-WebSocket-Key: {(random.Next(8) == 0 ? "short" : "dGhlIHNhbXBsZSBub25jZQ==")}\r\n");
        if (random.Next(6) > 0 && body.Length > 0) head.Append("Content-Type: ").Append(Pick(random, ContentTypes)).Append("\r\n");
        var isWhole = Frame(random, head, ref body, isUpgrade);
        byte[] bytes = [.. Encoding.Latin1.GetBytes(head.Append("\r\n").ToString()), .. body];
        if (random.Next(16) == 0) (bytes, isWhole) = (bytes[..random.Next(bytes.Length)], false);
        if (random.Next(16) != 0) return new FuzzedRequest(bytes, isWhole, isUpgrade);
        Flip(random, bytes);
        return new FuzzedRequest(bytes, IsWhole: false, IsUpgrade: false);
    }

    /// <summary>Says how long the body is: truly, in chunks, or falsely.</summary>
    private static bool Frame(Random random, StringBuilder head, ref byte[] body, bool isUpgrade)
    {
        if (isUpgrade || (body.Length == 0 && random.Next(4) > 0)) return true;
        var kind = random.Next(12);
        if (kind < 7)
        {
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
            return true;
        }
        if (kind == 7) head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Pick(random, ["+5", "-1", "99999999999999999999", "5, 6", "", "0x5"])}\r\n");
        else if (kind == 8) head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length + 1 + random.Next(100)}\r\n");
        else
        {
            head.Append("Transfer-Encoding: chunked\r\n");
            var size = kind == 9 ? Pick(random, ["FFFFFFFFFFFFFFFF", "-1", "", "g", "7fffffff"]) : body.Length.ToString("x", CultureInfo.InvariantCulture);
            body = [.. Encoding.ASCII.GetBytes($"{size}\r\n"), .. body, .. kind == 11 ? "\r\n"u8 : "\r\n0\r\n\r\n"u8];
            return kind == 10 && body.Length > 10;
        }
        return false;
    }

    private static string Query(Random random)
    {
        var count = random.Next(4);
        if (count == 0) return "";
        return "?" + string.Join('&', Enumerable.Range(0, count).Select(_ => random.Next(10) == 0 ? Pick(random, Values) : $"{Pick(random, Parameters)}={(random.Next(30) == 0 ? string.Join(',', Enumerable.Repeat("a", 2600)) : Pick(random, Values))}"));
    }

    private static byte[] Body(Random random)
    {
        var text = random.Next(4) switch
        {
            0 => Pick(random, Natives),
            1 => string.Join('\n', Enumerable.Range(0, 1 + random.Next(5)).Select(_ => Pick(random, Natives))),
            2 when random.Next(6) == 0 => $"{{\"type\":\"note\",\"payload\":{new string('[', 200)}",
            _ => Pick(random, Bodies),
        };
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var changes = random.Next(3); changes > 0 && bytes.Length > 0; changes--) Flip(random, bytes);
        return bytes;
    }

    private static void Flip(Random random, byte[] bytes)
    {
        if (bytes.Length > 0) bytes[random.Next(bytes.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : Pick(random, ["{", "}", "\"", ",", ":", "\\", "\0", "\n", "9", "["])[0]);
    }

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}

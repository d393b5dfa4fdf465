using System.Net.Http.Headers;
using EventStream.Tests.Support;

namespace EventStream.Tests.Access;

/// <summary>A server with keys of two workers, of a helper that shares the first one's name, and of an admin. All may publish everywhere.</summary>
internal sealed class PublisherSite : IAsyncDisposable
{
    private readonly Dictionary<string, string> _keys = [];

    public PublisherSite(string? redis = null, bool namesPublishers = true)
    {
        var settings = new Dictionary<string, string> { ["Access:NamePublishers"] = namesPublishers ? "true" : "false" };
        if (redis is not null) settings["ConnectionStrings:Redis"] = redis;
        foreach (var id in (string[])["worker", "worker-2", "other"]) _keys[id] = AccessSite.AddKey(settings, id, "subscribe *", "publish *");
        _keys["admin"] = AccessSite.AddKey(settings, "admin", "publish *", "admin *");
        settings["Access:Keys:worker-2:Name"] = "worker";
        Server = TestServer.Start(settings);
    }

    public TestServer Server { get; }

    public string KeyOf(string id) => _keys[id];

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    public Task<HttpAnswer> PostAsync(string caller, string path, string body, string type = "application/json")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, type) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _keys.GetValueOrDefault(caller, caller));
        return Server.AskAsync(request);
    }

    /// <summary>Type and publisher of each event of a log.</summary>
    public async Task<(string Type, string? Publisher)[]> LogAsync(string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"{path}/history?limit=1000");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _keys["worker"]);
        return [.. (await Server.AskAsync(request)).Json.GetProperty("events").EnumerateArray().Select(logged =>
            (logged.GetProperty("type").GetString()!, logged.TryGetProperty("publisher", out var publisher) ? publisher.GetString() : null))];
    }
}

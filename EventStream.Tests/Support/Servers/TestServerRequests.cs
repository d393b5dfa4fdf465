using System.Text;
using Xunit;

namespace EventStream.Tests.Support;

internal static class TestServerRequests
{
    public static Task<HttpAnswer> GetAsync(this TestServer server, string path) => server.AskAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public static Task<HttpAnswer> DeleteAsync(this TestServer server, string path) => server.AskAsync(new HttpRequestMessage(HttpMethod.Delete, path));

    public static Task<HttpAnswer> PostAsync(this TestServer server, string path, string body, string? type = "application/json") =>
        server.PostAsync(path, Encoding.UTF8.GetBytes(body), type);

    public static Task<HttpAnswer> PostAsync(this TestServer server, string path, byte[] body, string? type = "application/json", bool isChunked = false)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (type is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (isChunked) request.Headers.TransferEncodingChunked = true;
        return server.AskAsync(request);
    }

    public static async Task<HttpAnswer> AskAsync(this TestServer server, HttpRequestMessage request)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Timeouts.Default);
        using (request)
        using (var response = await server.Client.SendAsync(request, deadline.Token))
        {
            var text = await response.Content.ReadAsStringAsync(deadline.Token);
            return new HttpAnswer(response.StatusCode, response.Content.Headers.ContentType?.ToString(), text, response.Headers.RetryAfter?.Delta);
        }
    }
}

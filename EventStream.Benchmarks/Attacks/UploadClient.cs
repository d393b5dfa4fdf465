using System.Text;

namespace EventStream.Benchmarks.Attacks;

/// <summary>Posts bodies, and counts the statuses of the answers.</summary>
internal sealed class UploadClient(Uri server, Answers answers) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = server, Timeout = TimeSpan.FromSeconds(20) };

    public async Task PostAsync(string path, string body, CancellationToken stop, string type = "application/x-ndjson")
    {
        try
        {
            using var content = new StringContent(body, Encoding.UTF8, type);
            using var answer = await _client.PostAsync(new Uri(path, UriKind.Relative), content, stop);
            answers.Add($"{(int)answer.StatusCode}");
        }
        catch (HttpRequestException)
        {
            answers.Add(Answers.Cut);
        }
    }

    public void Dispose() => _client.Dispose();
}

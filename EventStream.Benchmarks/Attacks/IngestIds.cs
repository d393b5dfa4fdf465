using System.Text;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Attacks;

internal sealed class IngestIds : IAttack
{
    private const int Sessions = 4;
    private const int Calls = 1000;
    private const int IdBytes = 100_000;

    public string Name => "ingest-ids";

    public string Description => $"{Sessions} sessions of {Calls:N0} native tool calls each, with ids of {IdBytes / 1000} kB";

    public Task RunAsync(Site site, Answers answers, CancellationToken stop) => Task.WhenAll(Enumerable.Range(0, Sessions).Select(async session =>
    {
        using var client = new UploadClient(site.Server, answers);
        for (var first = 0; first < Calls; first += 20)
        {
            var lines = new StringBuilder();
            for (var call = first; call < first + 20; call++)
                lines.Append("""{"type":"tool_call_started","payload":{"tool_name":"ls","args":{},"tool_call_id":"c""").Append(call).Append('x', IdBytes).Append("\"}}\n");
            await client.PostAsync($"ingest/adk?session_id=ids-{session}&on_error=skip", lines.ToString(), stop);
        }
    }));
}

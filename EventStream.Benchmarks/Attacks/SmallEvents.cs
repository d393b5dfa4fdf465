using System.Text;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Attacks;

internal sealed class SmallEvents : IAttack
{
    private const int Victims = 100;
    private const int Publishers = 4;
    private const int ProjectRequests = 10;
    private static readonly TimeSpan Filling = TimeSpan.FromSeconds(14);

    public string Name => "memory";

    public string Description => $"small events with long ids fill the memory for {Filling.TotalSeconds} s, then {ProjectRequests} requests name 1,000 projects each";

    public async Task PrepareAsync(Site site)
    {
        using var client = new UploadClient(site.Server, new Answers());
        for (var victim = 0; victim < Victims; victim++) await client.PostAsync($"events/{VictimOf(victim)}", """{"type":"note","payload":{}}""", CancellationToken.None);
    }

    public async Task RunAsync(Site site, Answers answers, CancellationToken stop)
    {
        using var projects = new UploadClient(site.Server, answers);
        for (var request = 0; request < ProjectRequests; request++)
        {
            var lines = string.Concat(Enumerable.Range(0, 1000).Select(number => $$$"""{"type":"n","project_id":"p{{{request}}}-{{{number}}}"}""" + "\n"));
            await projects.PostAsync("events/namer", lines, stop);
        }
        _survivors = await SurvivorsAsync(site);
        var until = Environment.TickCount64 + (long)Filling.TotalMilliseconds;
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => FillAsync(site.Server, publisher, answers, until, stop)));
    }

    public Task<string?> AftermathAsync(Site site) => Task.FromResult<string?>($"{_survivors} of {Victims} other sessions left after the projects");

    private int _survivors;

    private static async Task FillAsync(Uri server, int publisher, Answers answers, long until, CancellationToken stop)
    {
        using var client = new UploadClient(server, answers);
        for (var batch = 0; Environment.TickCount64 < until; batch++)
        {
            var lines = new StringBuilder();
            for (var number = 0; number < 1000; number++)
                lines.Append("{\"type\":\"n\",\"project_id\":\"").Append('p', 120).Append(publisher).Append("\",\"event_id\":\"").Append('e', 110).Append(batch).Append('-').Append(number).Append("\"}\n");
            await client.PostAsync($"events/{new string('s', 110)}{publisher}-{batch / 10}", lines.ToString(), stop);
        }
    }

    private static async Task<int> SurvivorsAsync(Site site)
    {
        using var client = new HttpClient { BaseAddress = site.Server };
        var left = 0;
        for (var victim = 0; victim < Victims; victim++)
        {
            var history = await client.GetStringAsync(new Uri($"events/{VictimOf(victim)}/history", UriKind.Relative));
            if (history.Contains("\"note\"", StringComparison.Ordinal)) left++;
        }
        return left;
    }

    private static string VictimOf(int number) => $"victim-{number}";
}

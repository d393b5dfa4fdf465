using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Bus.Redis;

namespace EventStream.Benchmarks.Attacks;

internal sealed class FilteredHistory : IAttack
{
    private const int InFlight = 100;
    private const int Events = 10_000;
    private const int TextBytes = 500;
    private const int Seconds = 8;
    private const string Session = "full";

    public string Name => "history";

    public string Description => $"{InFlight} filtered reads of the history of a full log in flight for {Seconds} s, with Redis";

    public bool NeedsRedis => true;

    public async Task PrepareAsync(Site site)
    {
        await using var bus = new RedisEventBus(new RedisBusOptions { ConnectionString = site.Redis });
        await NumberedEvents.FillAsync(bus, Session, Events, TextBytes);
    }

    public async Task RunAsync(Site site, Answers answers, CancellationToken stop)
    {
        using var client = new HttpClient { BaseAddress = site.Server, Timeout = TimeSpan.FromSeconds(20) };
        var until = Environment.TickCount64 + Seconds * 1000;
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
        {
            while (Environment.TickCount64 < until)
            {
                try
                {
                    using var answer = await client.GetAsync(new Uri($"events/{Session}/history?types=zz&limit=1", UriKind.Relative), stop);
                    answers.Add($"{(int)answer.StatusCode}");
                }
                catch (HttpRequestException)
                {
                    answers.Add(Answers.Cut);
                }
            }
        }));
    }
}

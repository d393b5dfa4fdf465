using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Streams;

namespace EventStream.Benchmarks.Commands;

/// <summary>Clients of one project, while several sessions publish in turn, each event at its due time.</summary>
internal sealed class ProjectCrowd(Uri server, ProjectPublisher publisher, bool overHttp, int clients, int sessions)
{
    private const int WarmUpSeconds = 2;
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    private readonly string _project = NumberedEvents.NewSession("project");
    private readonly string[] _sessions = [.. Enumerable.Range(0, sessions).Select(_ => NumberedEvents.NewSession("session"))];
    private readonly Task[] _posts = [.. Enumerable.Repeat(Task.CompletedTask, sessions)];

    /// <summary>The time from the moment an event was due until a client had read it, in ms, for every event and client.</summary>
    public async Task<Sample> MeasureAsync(int rate, int seconds)
    {
        var count = rate * (WarmUpSeconds + seconds);
        var steady = new SteadyPublisher(PublishAsync, () => overHttp ? Task.WhenAll(_posts) : publisher.FlushAsync(), rate);
        var latencies = new double[clients][];
        var orders = new List<int>[clients];
        var watching = new StreamClient[clients];
        try
        {
            var endPoint = await StreamClient.FindAsync(server);
            for (var i = 0; i < clients; i++)
            {
                var (mine, order) = (latencies[i] = new double[count], orders[i] = new List<int>(count));
                watching[i] = new StreamClient(new EventCheck(0, number =>
                {
                    mine[number] = steady.SinceDue(number);
                    order.Add(number);
                }, sessions));
                await watching[i].OpenAsync(endPoint, new Uri(server, $"/projects/{_project}/events"), cursor: null);
                await watching[i].StartedAsync();
            }
            var reading = Task.WhenAll(watching.Select(client => client.ReadUpToAsync(count - 1)).ToArray());
            await steady.PublishAsync(count);
            await reading.WaitAsync(MaxWait);
        }
        finally
        {
            foreach (var client in watching) client?.Dispose();
        }
        if (orders.Any(order => !order.SequenceEqual(orders[0]))) throw new InvalidDataException("Two clients saw the events in different orders.");
        return new Sample(latencies.SelectMany(mine => mine[(rate * WarmUpSeconds)..]));
    }

    // Events of one session are published one after the other; sessions don't wait for each other.
    private ValueTask PublishAsync(int number)
    {
        var lane = number % sessions;
        if (!overHttp) return publisher.QueueAsync(_sessions[lane], _project, number);
        _posts[lane] = PostAfterAsync(_posts[lane], lane, number);
        return ValueTask.CompletedTask;
    }

    private async Task PostAfterAsync(Task before, int lane, int number)
    {
        await before;
        await publisher.PostAsync(_sessions[lane], _project, number, 1);
    }
}

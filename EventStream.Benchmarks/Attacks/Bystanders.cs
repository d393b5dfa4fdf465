using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Streams;

namespace EventStream.Benchmarks.Attacks;

/// <summary>Other clients of the attacked server: one publishes, one watches what is published, and new ones join.</summary>
internal sealed class Bystanders(Uri server) : IDisposable
{
    /// <summary>The session that they publish to and watch.</summary>
    public const string Session = "bystanders";

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan JoinBeat = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly HttpClient _client = new() { BaseAddress = server, Timeout = TimeSpan.FromSeconds(15) };
    private readonly ConcurrentQueue<double> _published = new();
    private readonly ConcurrentQueue<double> _delivered = new();
    private readonly ConcurrentDictionary<int, long> _sent = new();
    private int _failed, _accepted, _refused;

    public int Failed => _failed;

    public int Accepted => _accepted;

    public int Refused => _refused;

    public string Publishing => Of(_published);

    public string Delivery => Of(_delivered);

    /// <summary>Returns once they are under way.</summary>
    /// <param name="stop">Ends them.</param>
    /// <returns>Completes when they have ended.</returns>
    public async Task<Task> StartAsync(CancellationToken stop)
    {
        var watcher = new StreamClient(new EventCheck(0, number => _delivered.Enqueue(Stopwatch.GetElapsedTime(_sent[number]).TotalMilliseconds)));
        await watcher.OpenAsync(await StreamClient.FindAsync(server), new Uri(server, $"events/{Session}?from=live"), cursor: null);
        await watcher.StartedAsync();
        return Task.WhenAll(PublishAsync(stop), WatchAsync(watcher, stop), JoinAsync(stop));
    }

    public void Dispose() => _client.Dispose();

    private async Task PublishAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Beat);
        for (var number = 0; await TickAsync(timer, stop);)
        {
            var body = string.Create(CultureInfo.InvariantCulture, $$$"""{"type":"{{{NumberedEvents.Type}}}","event_id":"bystander-{{{number}}}","payload":{"number":{{{number}}},"delta":"so"}}""");
            _sent[number] = Stopwatch.GetTimestamp();
            try
            {
                using var answer = await _client.PostAsync(new Uri($"events/{Session}", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"), CancellationToken.None);
                if (!answer.IsSuccessStatusCode)
                {
                    _failed++;
                    continue;
                }
                _published.Enqueue(Stopwatch.GetElapsedTime(_sent[number]).TotalMilliseconds);
                number++;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                _failed++;
            }
        }
    }

    private static async Task WatchAsync(StreamClient watched, CancellationToken stop)
    {
        using var watcher = watched;
        try
        {
            while (true) await watcher.ReadOnceAsync(cancellationToken: stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The attack is over.
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            // The server cut the watcher, or fell: what it saw until then counts.
        }
    }

    private async Task JoinAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(JoinBeat);
        while (await TickAsync(timer, stop))
        {
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                using var joiner = await AttackSocket.ConnectAsync(server, patience.Token);
                await joiner.SendAsync(Encoding.ASCII.GetBytes($"GET /events/joiner-{_accepted + _refused} HTTP/1.1\r\nHost: localhost\r\n\r\n"), patience.Token);
                if (await joiner.StatusAsync(patience.Token) == "200") _accepted++;
                else _refused++;
            }
            catch (Exception e) when (e is OperationCanceledException or System.Net.Sockets.SocketException)
            {
                _refused++;
            }
        }
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
    }

    private static string Of(ConcurrentQueue<double> values) => values.IsEmpty ? "none" : new Sample(values) is var sample ? $"{sample.P50:F1} / {sample.P99:F0}" : "";
}

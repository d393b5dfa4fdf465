using EventStream.Benchmarks.Figures;
using EventStream.Benchmarks.Processes;
using EventStream.Benchmarks.Streams;
using EventStream.Bus;
using EventStream.Events;

namespace EventStream.Benchmarks.Commands;

/// <summary>Measures the resident memory of the server: streams, feeds and the frames in their windows.</summary>
internal sealed class ServerMemory(Site site, IEventAppender bus, int few, int many)
{
    private const int WindowSessions = 400;
    private const int WindowEvents = 1000;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    public async Task<Table> MeasureAsync()
    {
        var shared = await IdleAsync(_ => "shared");
        var own = await IdleAsync(i => $"own-{i}");
        var frame = await FrameAsync(textBytes: 200);
        var larger = await FrameAsync(textBytes: 800);

        var table = new Table("part of a node", "bytes of resident memory", "how");
        table.Add("idle stream", $"{shared:F0}", $"{few:N0} and {many:N0} streams of one session");
        table.Add("feed", $"{own - shared:F0}", $"{few:N0} and {many:N0} streams, each of its own session, less the streams themselves");
        var perByte = (larger - frame) / 600;
        table.Add("frame in a window, once", $"{frame - perByte * EventWriter.ToUtf8(NumberedEvents.Create(NumberedEvents.NewSession("window"), 100, 200)).Length:F0}",
            $"{WindowSessions} sessions of {WindowEvents:N0} events with 200 and 800 bytes of text");
        table.Add("frame in a window, per byte of its envelope", $"{perByte:F2}", "");
        return table;
    }

    private async Task<double> IdleAsync(Func<int, string> session)
    {
        await site.RestartServerAsync();
        var clients = new List<StreamClient>();
        try
        {
            var name = NumberedEvents.NewSession("idle");
            await OpenAsync(clients, few, i => $"{name}-{session(i)}");
            var before = await ResidentAsync();
            await OpenAsync(clients, many, i => $"{name}-{session(i)}");
            return (await ResidentAsync() - before) / (double)(many - few);
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    private async Task<double> FrameAsync(int textBytes)
    {
        await site.RestartServerAsync();
        var clients = new List<StreamClient>();
        try
        {
            var name = NumberedEvents.NewSession("window");
            await OpenAsync(clients, WindowSessions, i => $"{name}-{i}");
            // A first hundred frames allocates the ring's slots and compiles the code, so that neither counts as memory of frames.
            await FillAsync(clients, name, 0, 100, textBytes);
            var before = await ResidentAsync();
            await FillAsync(clients, name, 100, WindowEvents, textBytes);
            return (await ResidentAsync() - before) / (double)(WindowSessions * (WindowEvents - 100));
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    private async Task FillAsync(List<StreamClient> clients, string name, int first, int end, int textBytes)
    {
        for (var i = 0; i < clients.Count; i++)
        {
            var session = $"{name}-{i}";
            await bus.AppendAsync(new AppendRequest
            {
                Stream = StreamKey.Session(session),
                Events = [.. Enumerable.Range(first, end - first).Select(number => NumberedEvents.Create(session, number, textBytes))],
                Producer = new ProducerPosition("window", first + 1),
            });
            await clients[i].ReadUpToAsync(end - 1);
        }
    }

    private async Task OpenAsync(List<StreamClient> clients, int until, Func<int, string> session)
    {
        var endPoint = await StreamClient.FindAsync(site.Server);
        while (clients.Count < until)
        {
            var client = new StreamClient(new EventCheck(0), receiveBuffer: null);
            clients.Add(client);
            await client.OpenAsync(endPoint, new Uri(site.Server, $"/events/{session(clients.Count - 1)}"), cursor: null);
            await client.StartedAsync();
        }
    }

    private async Task<long> ResidentAsync()
    {
        await Task.Delay(Settling);
        return ProcessFigures.ResidentBytes(site.ProcessId!.Value);
    }
}

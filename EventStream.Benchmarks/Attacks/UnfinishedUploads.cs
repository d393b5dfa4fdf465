using System.Net.Sockets;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Attacks;

internal sealed class UnfinishedUploads : IAttack
{
    private const int Connections = 2000;
    private const int Senders = 4;
    private const int LineBytes = 1_000_000;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    public string Name => "uploads";

    public string Description => $"{Connections:N0} connections to /ingest with one unfinished line of {LineBytes / 1000} kB each, then silence";

    public async Task RunAsync(Site site, Answers answers, CancellationToken stop)
    {
        var part = new byte[LineBytes / 10];
        part.AsSpan().Fill((byte)'x');
        var sockets = new AttackSocket[Connections];
        try
        {
            await Task.WhenAll(Enumerable.Range(0, Senders).Select(async sender =>
            {
                for (var i = sender; i < Connections; i += Senders)
                {
                    sockets[i] = await AttackSocket.ConnectAsync(site.Server, stop);
                    await SendAsync(sockets[i], part, stop);
                }
            }));
            await Task.Delay(Silence, stop);
        }
        finally
        {
            foreach (var socket in sockets)
            {
                if (socket is not null) answers.Add(socket.Answered() ?? "held");
                socket?.Dispose();
            }
        }
    }

    private static async Task SendAsync(AttackSocket socket, byte[] part, CancellationToken stop)
    {
        // A server that takes no more must not hold up the attack.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromMilliseconds(50));
        try
        {
            await socket.BeginUploadAsync("/ingest/adk?session_id=uploads", patience.Token);
            for (var i = 0; i < 10; i++) await socket.SendChunkAsync(part, patience.Token);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // Whatever the server took counts.
        }
    }
}

using System.Net.Sockets;
using System.Text;
using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Attacks;

internal sealed class UnreadAnswers : IAttack
{
    private const int Uploads = 8;
    private const int Bytes = 28 * 1024 * 1024;
    private const int LinesAtOnce = 1000;
    private static readonly TimeSpan Sending = TimeSpan.FromSeconds(14);

    public string Name => "answers";

    public string Description => $"{Uploads} uploads of {Bytes / (1024 * 1024)} MiB in short lines in all, whose answers are never read";

    public async Task RunAsync(Site site, Answers answers, CancellationToken stop)
    {
        var lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("""{"type":"a","payload":{}}""" + "\n", LinesAtOnce)));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        over.CancelAfter(Sending);
        var sent = await Task.WhenAll(Enumerable.Range(0, Uploads).Select(number => SendAsync(site.Server, number, lines, answers, over.Token)));
        answers.Add("kB sent", (int)(sent.Sum() / 1000));
    }

    private static async Task<long> SendAsync(Uri server, int number, byte[] lines, Answers answers, CancellationToken stop)
    {
        var sent = 0L;
        using var socket = await AttackSocket.ConnectAsync(server, stop, receiveBuffer: 16 * 1024);
        try
        {
            await socket.BeginUploadAsync($"/ingest/adk?session_id=answers-{number}&on_error=skip", stop);
            while (sent < Bytes / Uploads)
            {
                await socket.SendChunkAsync(lines, stop);
                sent += lines.Length;
            }
            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            answers.Add(e is SocketException ? Answers.Cut : "held");
        }
        return sent;
    }
}

using EventStream.Benchmarks.Processes;

namespace EventStream.Benchmarks.Attacks;

internal sealed class IngestText : IAttack
{
    private const int Sessions = 100;
    private const int Rounds = 4;
    private const int DeltaBytes = 200_000;
    private const int Deltas = 15;

    public string Name => "ingest-text";

    public string Description => $"{Sessions} sessions, made first, then grown by open messages of {Rounds * Deltas * DeltaBytes / 1_000_000} MB each";

    public async Task RunAsync(Site site, Answers answers, CancellationToken stop)
    {
        using var client = new UploadClient(site.Server, answers);
        for (var session = 0; session < Sessions; session++) await client.PostAsync(PathOf(session), Delta(session, "so"), stop);
        for (var round = 0; round < Rounds; round++)
        {
            for (var session = 0; session < Sessions; session++)
                await client.PostAsync(PathOf(session), string.Concat(Enumerable.Repeat(Delta(session, new string('x', DeltaBytes)), Deltas)), stop);
        }
    }

    private static string PathOf(int session) => $"ingest/adk?session_id=text-{session}&on_error=skip";

    private static string Delta(int session, string text) => $$$"""{"type":"agent_message_delta","payload":{"message_id":"m{{{session}}}","delta":"{{{text}}}"}}""" + "\n";
}

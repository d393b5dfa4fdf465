using EventStream.Api.Limits;
using EventStream.Api.Problems;
using EventStream.Api.Telemetry;
using Microsoft.Extensions.Options;

namespace EventStream.Api.Ingest;

/// <summary>The uploads of this node: how many there are, and what they hold together.</summary>
internal sealed class Uploads(IOptions<IngestOptions> options, StreamMetrics metrics)
{
    private int _count;

    public IngestOptions Options => options.Value;

    public int Count => Volatile.Read(ref _count);

    /// <summary>What the unfinished lines and unread answers of all uploads take, beyond the first 64 KiB of each.</summary>
    public ByteBudget Budget { get; } = new(options.Value.MaxBytes);

    /// <summary>Takes a place, to be given back by disposing the upload.</summary>
    /// <exception cref="NodeBusyException">There are as many uploads as there may be.</exception>
    public Upload Begin()
    {
        if (Interlocked.Increment(ref _count) > Options.MaxUploads)
        {
            Interlocked.Decrement(ref _count);
            metrics.UploadRefused(UploadRefusal.Busy);
            throw new NodeBusyException($"This node takes {Counted.Of(Options.MaxUploads, "upload")} at once (Ingest:MaxUploads); nothing was stored. Send the lines again later, or to another node.");
        }
        metrics.UploadBegan();
        return new Upload(this);
    }

    /// <summary>Counts an upload, or a line of one, that broke a limit.</summary>
    public void Refused(UploadRefusal reason) => metrics.UploadRefused(reason);

    internal void End()
    {
        Interlocked.Decrement(ref _count);
        metrics.UploadEnded();
    }
}

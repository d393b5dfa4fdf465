using EventStream.Api.Limits;

namespace EventStream.Api.Ingest;

/// <summary>One upload's place on the node, and what it holds there. For one thread at a time.</summary>
internal sealed class Upload(Uploads node) : IDisposable
{
    // An ordinary line passes even when long ones hold the whole budget.
    private const int FreeBytes = 64 * 1024;

    private readonly ByteBudget.Account _account = node.Budget.Open(FreeBytes);
    private long _lineBytes;
    private long _answerBytes;

    public IngestOptions Options => node.Options;

    /// <summary>Says how much of an unfinished line is held.</summary>
    /// <returns>Whether the node has room for it.</returns>
    public bool TryHoldLine(long bytes)
    {
        if (!_account.TryHold(bytes + _answerBytes)) return false;
        _lineBytes = bytes;
        return true;
    }

    /// <summary>Says how many bytes of answers the client hasn't read.</summary>
    /// <returns>Whether the node has room for them.</returns>
    public bool TryHoldAnswers(long bytes)
    {
        if (!_account.TryHold(_lineBytes + bytes)) return false;
        _answerBytes = bytes;
        return true;
    }

    /// <inheritdoc cref="Uploads.Refused"/>
    public void Refused(UploadRefusal reason) => node.Refused(reason);

    public void Dispose()
    {
        _account.Dispose();
        node.End();
    }
}

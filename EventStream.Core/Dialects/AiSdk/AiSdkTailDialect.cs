namespace EventStream.Dialects.AiSdk;

/// <summary>The UI message stream of one run from one of its chunks on, for a client that counts those that it has.</summary>
/// <param name="whole">The stream with all chunks.</param>
/// <param name="skipped">How many the client has.</param>
internal sealed class AiSdkTailDialect(IDialect whole, long skipped) : IDialect
{
    private readonly IDialect _told = whole.Begin();
    private long _passed;

    public string Name => whole.Name;

    public DialectKind Kind => DialectKind.PerConnection;

    public bool IsCutShort => true;

    public bool IsOfOneRun => true;

    public IReadOnlyList<KeyValuePair<string, string>> Headers => whole.Headers;

    public long HeldBytes => _told.HeldBytes;

    public IDialect Begin() => new AiSdkTailDialect(whole, skipped);

    public bool IsPausedBy(string type) => whole.IsPausedBy(type);

    public void WriteEvent(in DialectEvent next, List<DialectMessage> output)
    {
        // What stands in no log has no number.
        if (next.Cursor is null) return;
        var first = output.Count;
        _told.WriteEvent(next, output);
        while (_passed < skipped && output.Count > first)
        {
            if (AiSdkWriter.IsChunk(output[first])) _passed++;
            output.RemoveAt(first);
        }
    }

    public void WriteOpening(in DialectEvent next, List<DialectMessage> output)
    {
    }

    public void WriteGap(in DialectEvent next, List<DialectMessage> output)
    {
    }

    public void WriteClosing(in DialectEvent next, List<DialectMessage> output) => _told.WriteClosing(next, output);
}

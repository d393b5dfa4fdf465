namespace EventStream.Dialects.AgUi;

/// <summary>One run in the events of AG-UI, for one client. Itself it is silent: it hasn't been given the log.</summary>
internal sealed class AgUiClientDialect(AgUiClient client) : IDialect
{
    public string Name => AgUiDialect.Named;

    public DialectKind Kind => DialectKind.FoldedPerConnection;

    public bool IsCutShort => true;

    public IDialect Begin() => new AgUiReducer(client);

    public void WriteEvent(in DialectEvent next, List<DialectMessage> output)
    {
    }
}

using EventStream.Foreign;

namespace EventStream.Dialects.AgUi;

/// <summary>The events of AG-UI 1.0, as its clients read them. One instance folds the log of a session.</summary>
/// <remarks>Itself it is silent: an event that stands in no log belongs to no run that was told.</remarks>
internal sealed class AgUiDialect : IDialect
{
    /// <summary>By which clients ask for it.</summary>
    public const string Named = AgUiNames.Vocabulary;

    public string Name => Named;

    public DialectKind Kind => DialectKind.Folded;

    public bool IsCutShort => true;

    public IDialect Begin() => new AgUiReducer();

    public void WriteEvent(in DialectEvent next, List<DialectMessage> output)
    {
    }
}

using EventStream.Dialects;

namespace EventStream.Api.Streaming.Frames;

/// <summary>A frame in the forms that clients ask for besides the canonical block, each made once, for the first of them.</summary>
internal sealed class FrameForms(Frame frame)
{
    private readonly Lock _lock = new();
    private (IDialect Dialect, ReadOnlyMemory<byte> Block)[] _blocks = [];
    private (IDialect Dialect, ReadOnlyMemory<byte>[] Texts)[] _texts = [];
    private (IDialect Dialect, List<DialectMessage> Messages)[] _folded = [];

    /// <summary>What it was folded to, in all dialects.</summary>
    public long FoldedBytes { get; private set; }

    public ReadOnlyMemory<byte> BlockIn(IDialect dialect)
    {
        lock (_lock)
        {
            foreach (var made in _blocks) if (made.Dialect == dialect) return made.Block;
            var block = SseFormat.Block(frame, MessagesNeedsLock(dialect));
            _blocks = [.. _blocks, (dialect, block)];
            return block;
        }
    }

    public ReadOnlyMemory<byte>[] TextsIn(IDialect dialect)
    {
        lock (_lock)
        {
            foreach (var made in _texts) if (made.Dialect == dialect) return made.Texts;
            var texts = WebSocketFormat.Texts(frame, dialect, MessagesNeedsLock(dialect));
            _texts = [.. _texts, (dialect, texts)];
            return texts;
        }
    }

    public void Fold(IDialect dialect, List<DialectMessage> messages)
    {
        lock (_lock)
        {
            if (MessagesIn(dialect) is not null) return;
            _folded = [.. _folded, (dialect, messages)];
            FoldedBytes += messages.Sum(message => (long)message.Data.Length);
        }
    }

    /// <summary>What a folded dialect says of the frame; null when the frame wasn't folded in it.</summary>
    public List<DialectMessage>? MessagesIn(IDialect dialect)
    {
        foreach (var folded in _folded) if (folded.Dialect == dialect) return folded.Messages;
        return null;
    }

    private List<DialectMessage> MessagesNeedsLock(IDialect dialect) =>
        dialect.Kind == DialectKind.Folded
            ? MessagesIn(dialect) ?? throw new InvalidOperationException($"The frame wasn't folded in {dialect.Name}.")
            : SseFormat.Messages(frame, dialect);
}

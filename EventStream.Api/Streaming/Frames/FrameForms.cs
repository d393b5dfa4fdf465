using EventStream.Dialects;

namespace EventStream.Api.Streaming.Frames;

/// <summary>A frame in the forms that clients ask for besides the canonical block, each made once, for the first of them.</summary>
internal sealed class FrameForms(Frame frame)
{
    private readonly Lock _lock = new();
    private (IDialect Dialect, ReadOnlyMemory<byte> Block)[] _blocks = [];
    private (IDialect Dialect, ReadOnlyMemory<byte>[] Texts)[] _texts = [];

    public ReadOnlyMemory<byte> BlockIn(IDialect dialect)
    {
        lock (_lock)
        {
            foreach (var made in _blocks) if (made.Dialect == dialect) return made.Block;
            var block = SseFormat.Block(frame, dialect);
            _blocks = [.. _blocks, (dialect, block)];
            return block;
        }
    }

    public ReadOnlyMemory<byte>[] TextsIn(IDialect dialect)
    {
        lock (_lock)
        {
            foreach (var made in _texts) if (made.Dialect == dialect) return made.Texts;
            var texts = WebSocketFormat.Texts(frame, dialect);
            _texts = [.. _texts, (dialect, texts)];
            return texts;
        }
    }
}

using EventStream.Api.Streaming.Frames;
using EventStream.Dialects;

namespace EventStream.Api.Streaming.Feeds;

/// <summary>The instances of folded dialects that tell the frames of one feed, each for all its clients.</summary>
/// <remarks>Not thread-safe: the feed's lock guards it.</remarks>
internal sealed class FeedFolds
{
    private readonly List<(IDialect Dialect, Fold Fold)> _folds = [];

    /// <summary>The instance that tells a dialect; null when none does.</summary>
    public IDialect? Find(IDialect dialect) => _folds.Find(each => each.Dialect == dialect).Fold?.Instance;

    public void Add(IDialect dialect, Fold fold) => _folds.Add((dialect, fold));

    /// <summary>Has all of them tell a frame.</summary>
    public void Tell(Frame frame)
    {
        foreach (var (dialect, fold) in _folds) Tell(frame, dialect, fold.Instance);
    }

    /// <summary>Has one of them tell a frame.</summary>
    // An event that isn't logged stands in no fold; a gap does, since what follows it is told without what is gone.
    public static void Tell(Frame frame, IDialect dialect, IDialect instance)
    {
        if (frame.Cursor is not null) frame.Fold(dialect, SseFormat.Messages(frame, instance));
    }

    /// <summary>Lets go of those that have grown beyond the room of the node: their clients come back when there is some.</summary>
    public void Trim() => _folds.RemoveAll(static each =>
    {
        if (each.Fold.TryHold()) return false;
        each.Fold.Dispose();
        return true;
    });

    public void Clear()
    {
        foreach (var (_, fold) in _folds) fold.Dispose();
        _folds.Clear();
    }
}

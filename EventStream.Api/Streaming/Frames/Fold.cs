using EventStream.Api.Limits;
using EventStream.Dialects;

namespace EventStream.Api.Streaming.Frames;

/// <summary>An instance of a dialect, counted in what the node may hold of them.</summary>
internal sealed class Fold(IDialect instance, ByteBudget budget) : IDisposable
{
    // A short conversation passes even when long ones hold the whole budget.
    public const int FreeBytes = 16 * 1024;

    private readonly ByteBudget.Account _held = budget.Open(FreeBytes);

    public IDialect Instance => instance;

    /// <summary>Counts what the instance holds now.</summary>
    /// <returns>Whether the node has room for it.</returns>
    public bool TryHold() => _held.TryHold(instance.HeldBytes);

    public void Dispose()
    {
        _held.Dispose();
        (instance as IDisposable)?.Dispose();
    }
}

namespace EventStream.Api.Limits;

/// <summary>Bytes that the requests or streams of this node may hold together.</summary>
internal sealed class ByteBudget(long most)
{
    private long _taken;

    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Begins the account of one of them.</summary>
    /// <param name="free">What it may hold in any case, so that small ones pass whatever the large ones hold.</param>
    public Account Open(long free) => new(this, free);

    private bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= most) return true;
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    /// <summary>What one of them holds. For one thread at a time.</summary>
    internal sealed class Account(ByteBudget budget, long free) : IDisposable
    {
        private long _taken;

        /// <summary>Says what it holds now.</summary>
        /// <returns>Whether the budget has room for it; if not, the account stays as it was.</returns>
        public bool TryHold(long bytes)
        {
            var more = Math.Max(0, bytes - free) - _taken;
            if (more > 0 && !budget.TryTake(more)) return false;
            if (more < 0) Interlocked.Add(ref budget._taken, more);
            _taken += more;
            return true;
        }

        public void Dispose() => TryHold(0);
    }
}

namespace EventStream.Tests.Support;

internal static class Timeouts
{
    // Long, so that a slow machine doesn't break a good test; only a broken test waits that long.
    public static TimeSpan Default { get; } = TimeSpan.FromSeconds(60);
}

namespace EventStream.Tests.Support;

internal static class Timeouts
{
    // Only a broken test waits so long; a slow machine must not break a good one.
    public static TimeSpan Default { get; } = TimeSpan.FromSeconds(60);
}

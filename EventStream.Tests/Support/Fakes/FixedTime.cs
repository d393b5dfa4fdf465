namespace EventStream.Tests.Support;

/// <summary>A clock that stands at 2026-11-21T03:14:45.123Z.</summary>
internal sealed class FixedTime : TimeProvider
{
    public static DateTimeOffset Now { get; } = new(2026, 11, 21, 3, 14, 45, 123, TimeSpan.Zero);

    public static FixedTime Instance { get; } = new();

    public override DateTimeOffset GetUtcNow() => Now;
}

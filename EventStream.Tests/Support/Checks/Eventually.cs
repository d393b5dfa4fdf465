using System.Runtime.CompilerServices;

namespace EventStream.Tests.Support;

internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    public static Task TrueAsync(Func<bool> condition, CancellationToken cancellationToken, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(() => ValueTask.FromResult(condition()), cancellationToken, what);

    public static async Task TrueAsync(Func<ValueTask<bool>> condition, CancellationToken cancellationToken, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        using var timer = new PeriodicTimer(Interval);
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Timeouts.Default) throw new TimeoutException($"Never true: {what}");
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}

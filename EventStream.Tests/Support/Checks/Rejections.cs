using EventStream.Events;
using Shouldly;

namespace EventStream.Tests.Support;

internal static class Rejections
{
    /// <summary>Runs an action that must be refused and returns the refusal.</summary>
    public static EventRejectedException Of(Func<object> reading) => Should.Throw<EventRejectedException>(() => { _ = reading(); });

    /// <summary>Runs an action that may be refused; other exceptions pass through.</summary>
    public static T? OrNull<T>(Func<T> reading) where T : class
    {
        try
        {
            return reading();
        }
        catch (EventRejectedException)
        {
            return null;
        }
    }
}

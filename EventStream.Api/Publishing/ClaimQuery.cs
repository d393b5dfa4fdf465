using System.Globalization;
using EventStream.Events;

namespace EventStream.Api.Publishing;

/// <summary><c>?claim=true&amp;lease=30</c>: whether the events claim their runs, and for how long without a sign of life.</summary>
internal readonly record struct ClaimQuery(bool Claims, TimeSpan? Lease)
{
    public const string ClaimName = "claim", LeaseName = "lease";

    /// <exception cref="EventRejectedException">A parameter is wrong.</exception>
    public static ClaimQuery Read(IQueryCollection query)
    {
        var claims = query[ClaimName] switch
        {
            [] or ["false"] => false,
            ["true"] => true,
            _ => throw new EventRejectedException(ClaimName, "must be true or false."),
        };
        TimeSpan? lease = query[LeaseName] switch
        {
            [] => null,
            [{ } text] when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) => TimeSpan.FromSeconds(seconds),
            _ => throw new EventRejectedException(LeaseName, $"must be a whole number of seconds, {RunLease.Min.TotalSeconds:F0} to {RunLease.Max.TotalSeconds:F0}."),
        };
        return new ClaimQuery(claims, lease);
    }
}

namespace EventStream.Api.Access.Credentials;

/// <summary>Who a request comes from, or why that can't be told.</summary>
/// <param name="Caller">The caller; null when it is refused.</param>
/// <param name="Refusal">What the answer says; null when there is a caller.</param>
internal readonly record struct CallerAnswer(Caller? Caller, Refusal? Refusal)
{
    /// <summary>What the ticket that was shown is known by when it counts once, and has yet to be used; else null.</summary>
    public string? OnceId { get; init; }

    public static CallerAnswer Of(Caller caller) => new(caller, Refusal: null);

    public static CallerAnswer Unknown(string title) => new(Caller: null, new Refusal(StatusCodes.Status401Unauthorized, title));
}

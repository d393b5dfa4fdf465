namespace EventStream.Api.Routes;

/// <summary>What a caller must be allowed to do. Metadata of every endpoint.</summary>
internal sealed record Needs
{
    /// <summary>Nothing: the route answers anyone.</summary>
    public static Needs Public { get; } = new();

    private Needs()
    {
    }
}

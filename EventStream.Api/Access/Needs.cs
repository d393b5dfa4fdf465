using EventStream.Api.Access.Grants;
using EventStream.Bus;

namespace EventStream.Api.Access;

/// <summary>What a caller must be allowed to do. Metadata of every endpoint.</summary>
internal sealed record Needs
{
    private Needs()
    {
    }

    /// <summary>Nothing: the route answers anyone.</summary>
    public static Needs Public { get; } = new() { IsPublic = true };

    /// <summary>A caller that shows who it is. What else it needs depends on what it sends, and its handler says so.</summary>
    public static Needs Caller { get; } = new();

    public bool IsPublic { get; private init; }

    /// <summary>What must be allowed on <see cref="Stream"/>.</summary>
    public GrantAction Action { get; private init; }

    /// <summary>The stream that the path names; null when it names none.</summary>
    public Func<RouteValueDictionary, StreamKey>? Stream { get; private init; }

    public static Needs Subscribe(Func<RouteValueDictionary, StreamKey> stream) => new() { Action = GrantAction.Subscribe, Stream = stream };

    public static Needs Publish(Func<RouteValueDictionary, StreamKey> stream) => new() { Action = GrantAction.Publish, Stream = stream };

    public static Needs Command(Func<RouteValueDictionary, StreamKey> stream) => new() { Action = GrantAction.Command, Stream = stream };

    public static Needs Admin(Func<RouteValueDictionary, StreamKey> stream) => new() { Action = GrantAction.Admin, Stream = stream };
}

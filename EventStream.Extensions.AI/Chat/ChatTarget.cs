using EventStream.Dispatching;
using Microsoft.Extensions.AI;

namespace EventStream.Extensions.AI.Chat;

/// <summary>Where the events of one call go, on the way through the options of the call.</summary>
internal static class ChatTarget
{
    private const string Name = "eventstream.target";

    public static ChatOptions Put(ChatOptions options, IEventTarget target)
    {
        (options.AdditionalProperties ??= [])[Name] = target;
        return options;
    }

    /// <summary>Takes it out, so that no provider is sent it.</summary>
    public static IEventTarget? Take(ref ChatOptions? options)
    {
        if (options?.AdditionalProperties is not { } properties || !properties.TryGetValue(Name, out var target)) return null;
        options = options.Clone();
        options.AdditionalProperties!.Remove(Name);
        return target as IEventTarget;
    }
}

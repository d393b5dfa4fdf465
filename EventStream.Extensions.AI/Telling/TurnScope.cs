using Microsoft.Extensions.AI;

namespace EventStream.Extensions.AI.Telling;

/// <summary>Says that the calling code runs inside of a turn that is told already: of several publishers in one pipeline only the outermost speaks.</summary>
internal sealed class TurnScope
{
    private static readonly AsyncLocal<TurnScope?> Ambient = new();

    private readonly FunctionInvocationContext? _function = FunctionInvokingChatClient.CurrentContext;

    private TurnScope()
    {
    }

    /// <summary>Whether an outer publisher tells what happens here. A chat that a tool holds is one of its own.</summary>
    public static bool IsTold => Ambient.Value is { } scope && ReferenceEquals(scope._function, FunctionInvokingChatClient.CurrentContext);

    /// <summary>Enters, for the calling method and what it calls; an async iterator does so anew before each step.</summary>
    public static void Enter() => Ambient.Value = new TurnScope();
}

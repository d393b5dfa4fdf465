using System.Runtime.InteropServices;
using System.Text.Json;
using EventStream.Sessions;

namespace EventStream.Dialects.Reverb;

/// <summary>What later frames need of earlier events. It is bounded as the state of a session is, and of long texts and arguments it keeps none.</summary>
internal sealed class ReverbMemory
{
    /// <summary>The longest arguments, in bytes of JSON, that the end of a call repeats.</summary>
    public const int MaxArgsBytes = 4096;

    /// <summary>The longest answer, in characters, that the end of a run repeats.</summary>
    public const int MaxResponseLength = SessionState.MaxTextBytes;

    private const int MaxMessages = 1000;
    private const int MaxScopes = 100;
    private const int MaxResponses = 8;

    /// <summary>Messages by their id.</summary>
    public Recent<ToldMessage> Messages { get; } = new(MaxMessages);

    /// <summary>Tool calls without a result, by their id.</summary>
    public Recent<ToldCall> Calls { get; } = new(SessionState.MaxOpenToolCalls, call => call.Args is { } args ? JsonMarshal.GetRawUtf8Value(args).Length : 0);

    /// <summary>The runs and executions, by their id.</summary>
    public Recent<ToldScope> Scopes { get; } = new(MaxScopes, scope => scope.Tool?.Length ?? 0);

    /// <summary>The numbers of steps that have names, by run and name; negative once the step has ended.</summary>
    public Recent<int> Steps { get; } = new(MaxMessages);

    /// <summary>The newest answers, by run or execution.</summary>
    public Recent<string> Responses { get; } = new(MaxResponses, response => response.Length);

    /// <summary>About how many bytes it takes.</summary>
    public long Bytes => Messages.Bytes + Calls.Bytes + Scopes.Bytes + Steps.Bytes + Responses.Bytes;

    /// <summary>A message, as far as its text was told.</summary>
    /// <param name="HasPieces">Whether pieces of it were told.</param>
    /// <param name="IsComplete">Whether its end was told.</param>
    public readonly record struct ToldMessage(bool HasPieces, bool IsComplete);

    /// <summary>A tool call.</summary>
    /// <param name="StartedAt">When it began; null when that isn't known.</param>
    /// <param name="Args">Its arguments; null when they are unknown or too long.</param>
    public readonly record struct ToldCall(DateTimeOffset? StartedAt, JsonElement? Args);

    /// <summary>A run or execution.</summary>
    /// <param name="Status">Its newest status.</param>
    /// <param name="Steps">The number of its newest step.</param>
    /// <param name="Tool">The newest tool of that step.</param>
    public readonly record struct ToldScope(string? Status, int Steps, string? Tool);
}

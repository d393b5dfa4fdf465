using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventStream.Sessions;

/// <summary>The state that agents share with their viewers: a snapshot and what changed since. Immutable and bounded.</summary>
internal sealed record SharedState
{
    /// <summary>The most bytes of a state; a larger one isn't kept until the next snapshot.</summary>
    public const int MaxBytes = 1024 * 1024;

    // Changes are applied once they are as large as the state: each of them would copy it.
    private const int MinAppliedBytes = 4096;

    private string _snapshot = "null";
    private ImmutableList<string> _deltas = [];
    private int _deltaLength;

    private SharedState()
    {
    }

    /// <summary>Whether the state grew larger than it may, so that it isn't known.</summary>
    public bool IsCut { get; private init; }

    /// <summary>About how many bytes it takes in memory.</summary>
    public long Bytes => sizeof(char) * (long)(_snapshot.Length + _deltaLength) + 64 * (long)_deltas.Count;

    /// <summary>A state that is told whole.</summary>
    public static SharedState Of(JsonElement snapshot) => Bounded(snapshot.GetRawText());

    /// <summary>The state after a JSON Patch; one that doesn't apply changes nothing.</summary>
    /// <param name="state">The state before; null when there was none.</param>
    /// <param name="delta">The operations.</param>
    public static SharedState After(SharedState? state, JsonElement delta)
    {
        state ??= new SharedState { _snapshot = "{}" };
        if (state.IsCut) return state;
        var text = delta.GetRawText();
        var next = state with { _deltas = state._deltas.Add(text), _deltaLength = state._deltaLength + text.Length };
        return next._deltaLength > Math.Max(MinAppliedBytes, next._snapshot.Length) ? Bounded(next.ToJson()) : next;
    }

    /// <summary>The state as JSON; <c>null</c> when it isn't known.</summary>
    public string ToJson()
    {
        if (_deltas.Count == 0) return _snapshot;
        var document = JsonNode.Parse(_snapshot);
        foreach (var delta in _deltas)
        {
            using var operations = JsonDocument.Parse(delta);
            JsonPatch.TryApply(ref document, operations.RootElement, MaxBytes);
        }
        return JsonPatch.Write(document);
    }

    private static SharedState Bounded(string json) => Encoding.UTF8.GetByteCount(json) > MaxBytes ? new SharedState { IsCut = true } : new SharedState { _snapshot = json };
}

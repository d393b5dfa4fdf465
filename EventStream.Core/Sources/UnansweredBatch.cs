using System.Runtime.InteropServices;
using EventStream.Bus;

namespace EventStream.Sources;

/// <summary>
/// An append without a complete answer: the session may hold its events while its projects lack them. The publisher sends the native events again, and the
/// session, which may know them, would make no events of them. So the first result is kept until the bus has answered.
/// </summary>
/// <param name="Request">The append. Repeating it stores nothing twice.</param>
/// <param name="Natives">Holds the native events that it came from.</param>
/// <param name="First">Which of them was the first.</param>
/// <param name="Batch">The canonical events that they became.</param>
internal sealed record UnansweredBatch(AppendRequest Request, IReadOnlyList<NativeEvent> Natives, int First, SourceBatch Batch)
{
    /// <summary>About how many bytes it keeps in memory: the canonical events, and the native ones with what reading them took.</summary>
    public long Bytes => Batch.Bytes + 2 * Natives.Sum(native => (long)JsonMarshal.GetRawUtf8Value(native.Body).Length);

    /// <summary>Whether a publisher that got no answer sends the same native events again.</summary>
    public bool IsRepeatedBy(IReadOnlyList<NativeEvent> natives) =>
        natives.Count >= Batch.Counts.Count && Enumerable.Range(0, Batch.Counts.Count).All(i => IsSame(Natives[First + i], natives[i]));

    private static bool IsSame(NativeEvent one, NativeEvent other) => one.RunId == other.RunId && BodyOf(one).SequenceEqual(BodyOf(other));

    private static ReadOnlySpan<byte> BodyOf(NativeEvent native) => JsonMarshal.GetRawUtf8Value(native.Body);
}

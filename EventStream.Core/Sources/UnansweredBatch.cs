using System.Runtime.InteropServices;
using EventStream.Bus;

namespace EventStream.Sources;

/// <summary>
/// An append that nobody answered in full: the session may hold it, and its projects may lack it. A native event that its session has heard says nothing new
/// when it is sent again, so what it meant the first time must be kept until that is settled.
/// </summary>
/// <param name="Request">The append; to repeat it stores nothing twice.</param>
/// <param name="Natives">Holds the native events that it came from.</param>
/// <param name="First">Which of them was the first.</param>
/// <param name="Batch">What they mean.</param>
internal sealed record UnansweredBatch(AppendRequest Request, IReadOnlyList<NativeEvent> Natives, int First, SourceBatch Batch)
{
    /// <summary>Whether the same native events are sent again, as whoever got no answer does.</summary>
    public bool IsRepeatedBy(IReadOnlyList<NativeEvent> natives) =>
        natives.Count >= Batch.Counts.Count && Enumerable.Range(0, Batch.Counts.Count).All(i => IsSame(Natives[First + i], natives[i]));

    private static bool IsSame(NativeEvent one, NativeEvent other) => one.RunId == other.RunId && BodyOf(one).SequenceEqual(BodyOf(other));

    private static ReadOnlySpan<byte> BodyOf(NativeEvent native) => JsonMarshal.GetRawUtf8Value(native.Body);
}

namespace EventStream.Bus.InMemory;

/// <summary>What objects take on the heap of a 64-bit process.</summary>
internal static class HeapBytes
{
    private const int ArrayHeader = 24;

    // A string has the header of an object, its length, and a closing zero.
    private const int StringHeader = 22;

    public static long OfString(string text) => Rounded(StringHeader + sizeof(char) * (long)text.Length);

    public static long OfArray(long length, int elementBytes) => length == 0 ? 0 : Rounded(ArrayHeader + length * elementBytes);

    /// <summary>The arrays of a dictionary: its entries and its buckets.</summary>
    /// <param name="capacity">For how many entries it has room.</param>
    /// <param name="pairBytes">The bytes of a key with its value.</param>
    public static long OfDictionary(int capacity, int pairBytes) =>
        OfArray(capacity, 2 * sizeof(int) + pairBytes) + OfArray(capacity, sizeof(int));

    private static long Rounded(long bytes) => (bytes + 7) & ~7;
}

namespace EventStream.Benchmarks.Load;

/// <summary>What a socket is ready for, with the kernel's own numbers.</summary>
[Flags]
internal enum Ready
{
    None = 0,
    Read = 1,
    Write = 4,
    Failed = 8,
    HungUp = 16,
}

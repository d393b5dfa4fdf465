namespace EventStream.Benchmarks.Load;

/// <summary>A socket of the generator's one thread.</summary>
internal interface IPolled
{
    void OnReady(Ready ready);
}

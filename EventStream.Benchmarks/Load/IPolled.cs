namespace EventStream.Benchmarks.Load;

/// <summary>A socket that the generator's one thread serves.</summary>
internal interface IPolled
{
    void OnReady(Ready ready);
}

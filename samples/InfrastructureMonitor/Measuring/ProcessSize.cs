namespace InfrastructureMonitor.Measuring;

/// <summary>A process and the memory that it holds.</summary>
internal readonly record struct ProcessSize(int Id, string Name, long Bytes);

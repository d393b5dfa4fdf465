namespace EventStream.Api.Access.Tickets;

/// <summary>Where all nodes find the keys that seal tickets.</summary>
/// <param name="ReadAsync">Reads them, each as XML.</param>
/// <param name="AddAsync">Adds one.</param>
internal sealed record TicketKeyStore(Func<Task<IReadOnlyList<string>>> ReadAsync, Func<string, Task> AddAsync);

namespace EventStream.Tests.Chaos;

/// <summary>A row of the table: what a fault did to the clients.</summary>
/// <param name="Bus">The bus that holds the log.</param>
/// <param name="Fault">The fault.</param>
/// <param name="Clients">The number of clients.</param>
/// <param name="Acknowledged">Events that were acknowledged to publishers.</param>
/// <param name="Delivered">How many of these the clients saw, all together.</param>
/// <param name="Away">How long the failed part was away.</param>
/// <param name="Silence">The longest time in which a reading client received nothing.</param>
/// <param name="Remark">Further observations.</param>
internal sealed record ChaosTableRow(
    string Bus, string Fault, int Clients, long Acknowledged, long Delivered, long Lost, long Repeated, long Reported, TimeSpan? Away, TimeSpan Silence, string Remark)
{
    public const string Heading = """
        | bus | fault | clients | acknowledged | delivered | lost | repeated | told as gap | away | longest silence | |
        |---|---|--:|--:|--:|--:|--:|--:|--:|--:|---|
        """;

    /// <summary>Adds up the rows of a fault that was repeated.</summary>
    public ChaosTableRow With(ChaosTableRow other) => (other.Bus, other.Fault) != (Bus, Fault) ? throw new ArgumentException($"'{Fault}' and '{other.Fault}' have one number.", nameof(other)) : this with
    {
        Clients = Clients + other.Clients,
        Acknowledged = Acknowledged + other.Acknowledged,
        Delivered = Delivered + other.Delivered,
        Lost = Lost + other.Lost,
        Repeated = Repeated + other.Repeated,
        Reported = Reported + other.Reported,
        Away = Away > other.Away ? Away : other.Away ?? Away,
        Silence = Silence > other.Silence ? Silence : other.Silence,
    };

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture,
        $"| {Bus} | {Fault} | {Clients} | {Acknowledged:N0} | {Delivered:N0} | {Lost:N0} | {Repeated:N0} | {Reported:N0} | {(Away is { } away ? $"{away.TotalSeconds:F2} s" : "")} | {Silence.TotalSeconds:F2} s | {Remark} |");
}

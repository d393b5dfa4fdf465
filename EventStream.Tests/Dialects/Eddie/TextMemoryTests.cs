using EventStream.Dialects;
using EventStream.Dialects.Eddie;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Dialects.Eddie;

public sealed class TextMemoryTests
{
    private static readonly StoredEvent Stored = StoredEvent.Read("""{"event_id":"e","session_id":"s","type":"agent_message_start","payload":{}}"""u8)!;

    [Theory]
    [InlineData(200_000, 0)]
    [InlineData(10, 200_000)]
    public void Trim_ForgetsWhatBeganFirst_WhenIdsOrNamesAreLong(int idLength, int nameLength)
    {
        var memory = new TextMemory(new TextBudget(EddieDialect.MaxTextBytes));

        for (var i = 0; i < 8; i++) memory.Begin(Stored, IdOf(i, idLength), isThought: false).Name = new string('n', nameLength);
        memory.Trim();

        memory.Find(Stored, IdOf(0, idLength), isThought: false).ShouldBeNull();
        memory.Find(Stored, IdOf(7, idLength), isThought: false).ShouldNotBeNull();
    }

    [Fact]
    public void Trim_KeepsToTheBudgetOfAllConnections_ButForALittleOfEach()
    {
        var budget = new TextBudget(1_000_000);
        var connections = Enumerable.Range(0, 40).Select(_ => new TextMemory(budget)).ToList();
        foreach (var connection in connections)
        {
            for (var i = 0; i < 4; i++)
            {
                connection.Begin(Stored, $"m{i}", isThought: false).Append(new byte[15_000]);
                connection.Trim();
            }
            budget.Held.ShouldBeLessThanOrEqualTo(1_000_000 + TextBudget.MinBytes * connections.Count);
        }
        (connections[0].Find(Stored, "m0", isThought: false), connections[^1].Find(Stored, "m0", isThought: false)).ShouldSatisfyAllConditions(
            texts => texts.Item1.ShouldNotBeNull(), texts => texts.Item2.ShouldBeNull());
        connections[^1].Find(Stored, "m3", isThought: false).ShouldNotBeNull();

        foreach (var connection in connections) connection.Clear();

        budget.Held.ShouldBe(0);
    }

    private static string IdOf(int number, int length) => $"{number}{new string('i', length)}";
}

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
        var memory = new TextMemory();

        for (var i = 0; i < 8; i++) memory.Begin(Stored, IdOf(i, idLength), isThought: false).Name = new string('n', nameLength);
        memory.Trim();

        memory.Find(Stored, IdOf(0, idLength), isThought: false).ShouldBeNull();
        memory.Find(Stored, IdOf(7, idLength), isThought: false).ShouldNotBeNull();
    }

    private static string IdOf(int number, int length) => $"{number}{new string('i', length)}";
}

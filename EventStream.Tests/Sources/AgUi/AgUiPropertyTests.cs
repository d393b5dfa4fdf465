using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources.AgUi;

public sealed class AgUiPropertyTests() : SourcePropertyTests("agui")
{
    [Fact]
    public void Normalise_LosesNothing_OfSequences() => CheckSequences(mayRepeat: true);

    [Fact]
    public async Task Ingest_KeepsWhatALaterVersionAdds_UnderItsName()
    {
        var run = new SourceRun();
        await run.IngestAsync("agui", """{"type":"LATER_INVENTED","session_id":"s1","a":1.10}""");

        run.Stored.Select(stored => (stored.Type, $"{stored.Payload}")).ShouldBe([("custom_event", """{"name":"LATER_INVENTED","value":{"a":1.10}}""")]);
    }
}

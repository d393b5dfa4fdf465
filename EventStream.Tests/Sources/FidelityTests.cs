using EventStream.Bus;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sources;

public sealed class FidelityTests
{
    private static readonly IngestContext Session = new() { SessionId = "s1" };

    [Fact]
    public void Check_Passes_WhenTheMembersOfATimeAreThoseOfThePayload() => Fidelity.Check(
        "cognesy", Session, ["""{"class":"ToolCallStarted","tool":"search","data":{"date":"2026-01-16 12:00:00.120100","timezone_type":3,"timezone":"UTC"}}"""], mayRepeat: false);

    [Fact]
    public void Check_Passes_WhenADateStandsAloneInNative() => Fidelity.Check(
        "argos", Session, ["""{"type":"ingest.job.updated","date":"2025-12-19T07:39:07.123456+00:00","job":{"id":"j1","date":"x"}}"""], mayRepeat: false);

    [Fact]
    public void Check_Fails_WhenATextIsToldInPartOnly() => Should.Throw<ShouldAssertException>(() => Fidelity.Check(
        "eddie", Session, [Partial("Hello"), Partial("Hello you")], mayRepeat: false)).Message.ShouldContain("Hello you");

    private static string Partial(string text) => $$$"""{"event":"message.partial","data":{"id":"m","role":"assistant","content":"{{{text}}}"}}""";
}

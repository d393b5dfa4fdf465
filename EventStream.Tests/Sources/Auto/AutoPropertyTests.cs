using EventStream.Bus;
using EventStream.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EventStream.Tests.Sources.Auto;

public sealed class AutoPropertyTests
{
    private static readonly IngestContext Session = new() { SessionId = "s1" };
    private static readonly MangledFrames Mangled = new("auto");

    [Fact]
    public void Normalise_LosesNothing_WhateverComes() => PropertyCheck.Run(3000, Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("auto", Session, [frame], mayRepeat: false)));

    [Fact]
    public void Normalise_LosesNothing_OfSequences() => PropertyCheck.Run(300, Prop.ForAll(
        Gen.ListOf(Mangled.Frames).ToArbitrary(), frames => Fidelity.Check("auto", Session, frames.Select(WithOwnId), mayRepeat: true)));

    [Fact]
    public void Read_OnlyRefusesWhatHasNoSession_WhateverComes() => PropertyCheck.Run(1000, Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("auto", new IngestContext(), [frame], mayRepeat: false)));

    [Theory]
    [InlineData("eddie")]
    [InlineData("adk")]
    [InlineData("argos")]
    [InlineData("cognesy")]
    [InlineData("ya-agent")]
    public void Normalise_LosesNothing_OfOtherSources(string source) => PropertyCheck.Run(1000, Prop.ForAll(
        new MangledFrames(source).Frames.ToArbitrary(), frame => Fidelity.Check("auto", Session, [frame], mayRepeat: false)));

    // A unique id, since a repeated id would make the event a duplicate.
    private static string WithOwnId(string frame, int number) => frame.Replace("\"event_id\":\"", $"\"event_id\":\"{number}", StringComparison.Ordinal);
}

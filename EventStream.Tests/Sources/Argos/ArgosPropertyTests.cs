using EventStream.Bus;
using EventStream.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EventStream.Tests.Sources.Argos;

public sealed class ArgosPropertyTests
{
    private static readonly IngestContext Session = new() { SessionId = "s1" };
    private static readonly MangledFrames Mangled = new("argos");

    [Fact]
    public void Normalise_LosesNothing_WhateverComes() => PropertyCheck.Run(3000, Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("argos", Session, [frame], mayRepeat: false)));

    [Fact]
    public void Normalise_LosesNothing_OfSequences() => PropertyCheck.Run(300, Prop.ForAll(
        Gen.ListOf(Mangled.Frames).ToArbitrary(), frames => Fidelity.Check("argos", Session, frames, mayRepeat: true)));

    [Fact]
    public void Read_OnlyRefusesWhatHasNoSession_WhateverComes() => PropertyCheck.Run(1000, Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("argos", new IngestContext(), [frame], mayRepeat: false)));
}

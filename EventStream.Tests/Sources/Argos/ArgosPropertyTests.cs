using EventStream.Sources;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EventStream.Tests.Sources.Argos;

public sealed class ArgosPropertyTests
{
    private static readonly IngestContext Session = new() { SessionId = "s1" };
    private static readonly MangledFrames Mangled = new("argos");

    [Fact]
    public void Normalise_LosesNothing_WhateverComes() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("argos", Session, [frame], mayRepeat: false)));

    [Fact]
    public void Normalise_LosesNothing_OfSequences() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
        Gen.ListOf(Mangled.Frames).ToArbitrary(), frames => Fidelity.Check("argos", Session, frames, mayRepeat: true)));

    [Fact]
    public void Read_OnlyRefusesWhatHasNoSession_WhateverComes() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("argos", new IngestContext(), [frame], mayRepeat: false)));
}

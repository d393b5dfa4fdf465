using EventStream.Sources;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EventStream.Tests.Sources.Cognesy;

public sealed class CognesyPropertyTests
{
    private static readonly IngestContext Session = new() { SessionId = "s1" };
    private static readonly IngestContext Tool = new() { SessionId = "s1", Class = "ToolCallCompleted" };
    private static readonly MangledFrames Mangled = new("cognesy");

    [Fact]
    public void Normalise_LosesNothing_WhateverComes() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("cognesy", Session, [frame], mayRepeat: false)));

    [Fact]
    public void Normalise_LosesNothing_OfSequences() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(
        Gen.ListOf(Mangled.Frames).ToArbitrary(), frames => Fidelity.Check("cognesy", Session, frames, mayRepeat: false)));

    [Fact]
    public void Normalise_LosesNothing_OfAClassThatTheCallerNames() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("cognesy", Tool, [frame], mayRepeat: false)));

    [Fact]
    public void Read_OnlyRefusesWhatHasNoSession_WhateverComes() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("cognesy", new IngestContext(), [frame], mayRepeat: false)));
}

using EventStream.Bus;
using EventStream.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EventStream.Tests.Sources.Cognesy;

public sealed class CognesyPropertyTests
{
    private static readonly IngestContext Session = new() { SessionId = "s1" };
    private static readonly IngestContext Tool = new() { SessionId = "s1", Class = "ToolCallCompleted" };
    private static readonly MangledFrames Mangled = new("cognesy");

    [Fact]
    public void Normalise_LosesNothing_WhateverComes() => PropertyCheck.Run(3000, Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("cognesy", Session, [frame], mayRepeat: false)));

    [Fact]
    public void Normalise_LosesNothing_OfSequences() => PropertyCheck.Run(300, Prop.ForAll(
        Gen.ListOf(Mangled.Frames).ToArbitrary(), frames => Fidelity.Check("cognesy", Session, frames, mayRepeat: false)));

    [Fact]
    public void Normalise_LosesNothing_OfAClassThatTheCallerNames() => PropertyCheck.Run(1000, Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("cognesy", Tool, [frame], mayRepeat: false)));

    [Fact]
    public void Read_OnlyRefusesWhatHasNoSession_WhateverComes() => PropertyCheck.Run(1000, Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("cognesy", new IngestContext(), [frame], mayRepeat: false)));
}

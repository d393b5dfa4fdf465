using EventStream.Bus;
using EventStream.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EventStream.Tests.Sources.Eddie;

/// <summary>One frame at a time: in a sequence snapshots would be reduced to what is new, and repetitions dropped.</summary>
public sealed class EddiePropertyTests
{
    private static readonly IngestContext Session = new() { SessionId = "s1" };
    private static readonly MangledFrames Mangled = new("eddie");

    [Fact]
    public void Normalise_LosesNothing_WhateverComes() => PropertyCheck.Run(3000, Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("eddie", Session, [frame], mayRepeat: false)));

    [Fact]
    public void Read_OnlyRefusesWhatHasNoSession_WhateverComes() => PropertyCheck.Run(1000, Prop.ForAll(
        Mangled.Frames.ToArbitrary(), frame => Fidelity.Check("eddie", new IngestContext(), [frame], mayRepeat: false)));
}

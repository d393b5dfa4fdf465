using EventStream.Bus;
using EventStream.Tests.Support;
using FsCheck.Fluent;
using Xunit;

namespace EventStream.Tests.Sources;

/// <summary>What holds for the mangled frames of every source; each source has a class of its own.</summary>
public abstract class SourcePropertyTests(string source)
{
    private static readonly IngestContext Session = new() { SessionId = "s1" };

    private readonly MangledFrames _mangled = new(source);

    [Fact]
    public void Normalise_LosesNothing_WhateverComes() => PropertyCheck.Run(3000, Prop.ForAll(
        _mangled.Frames.ToArbitrary(), frame => Fidelity.Check(source, Session, [frame], mayRepeat: false)));

    [Fact]
    public void Read_OnlyRefusesWhatHasNoSession_WhateverComes() => PropertyCheck.Run(1000, Prop.ForAll(
        _mangled.Frames.ToArbitrary(), frame => Fidelity.Check(source, new IngestContext(), [frame], mayRepeat: false)));

    /// <summary>Checks sequences of the source's frames.</summary>
    protected void CheckSequences(bool mayRepeat) => PropertyCheck.Run(300, Prop.ForAll(
        Gen.ListOf(_mangled.Frames).ToArbitrary(), frames => Fidelity.Check(source, Session, frames, mayRepeat)));

    /// <summary>Checks sequences of the source's frames, each with an event id of its own: of several events under one id only the first counts.</summary>
    protected void CheckSequencesWithOwnIds() => PropertyCheck.Run(300, Prop.ForAll(
        Gen.ListOf(_mangled.Frames).ToArbitrary(), frames => Fidelity.Check(source, Session, frames.Select(WithOwnId), mayRepeat: true)));

    private static string WithOwnId(string frame, int number) => frame.Replace("\"event_id\":\"", $"\"event_id\":\"{number}", StringComparison.Ordinal);
}

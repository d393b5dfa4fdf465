using EventStream.Bus;
using EventStream.Bus.Redis;
using EventStream.Events;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Bus.Redis;

public sealed class KnownHeadsTests
{
    private const int Max = 50_000;

    private readonly KnownHeads _heads = new();

    [Fact]
    public void Note_KeepsTheNewest()
    {
        _heads.Note(StreamKey.Session("s"), new Cursor(7, 3));
        _heads.Note(StreamKey.Session("s"), new Cursor(7, 2));
        _heads.Note(StreamKey.Session("s"), new Cursor(6, 9));
        _heads.Note(StreamKey.Session("s"), Cursor.Zero);
        _heads.Of(StreamKey.Session("s")).ShouldBe(new Cursor(7, 3));
        _heads.Of(StreamKey.Session("other")).ShouldBe(Cursor.Zero);
    }

    [Fact]
    public void Note_ForgetsNothing_HoweverOftenOneLogGrows()
    {
        _heads.Note(StreamKey.Session("quiet"), new Cursor(7, 1));
        for (var offset = 1; offset <= Max + 1; offset++) _heads.Note(StreamKey.Session("busy"), new Cursor(7, offset));
        _heads.Of(StreamKey.Session("quiet")).ShouldBe(new Cursor(7, 1));
    }

    [Fact]
    public void Note_ForgetsAll_BeyondTheBound()
    {
        for (var i = 0; i < Max; i++) _heads.Note(StreamKey.Session($"s{i}"), new Cursor(7, 1));
        _heads.Of(StreamKey.Session("s0")).ShouldBe(new Cursor(7, 1));
        _heads.Note(StreamKey.Session("one-more"), new Cursor(7, 1));
        _heads.Of(StreamKey.Session("s0")).ShouldBe(Cursor.Zero);
    }
}

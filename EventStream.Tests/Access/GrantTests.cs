using EventStream.Api.Access.Grants;
using EventStream.Bus;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

public sealed class GrantTests
{
    [Theory]
    [InlineData("publish session:demo", "session:demo", true)]
    [InlineData("publish session:demo", "session:demo2", false)]
    [InlineData("publish session:demo", "project:demo", false)]
    [InlineData("subscribe session:demo", "session:demo", false)]
    [InlineData("publish session:team-a.*", "session:team-a.1", true)]
    [InlineData("publish session:team-a.*", "session:team-a.", true)]
    [InlineData("publish session:team-a.*", "session:team-b.1", false)]
    [InlineData("publish session:*", "session:x", true)]
    [InlineData("publish session:*", "project:x", false)]
    [InlineData("publish project:p1", "project:p1", true)]
    [InlineData("publish broadcast", "broadcast:all", true)]
    [InlineData("publish broadcast", "session:all", false)]
    [InlineData("publish *", "broadcast:all", true)]
    [InlineData("publish *", "session:x", true)]
    [InlineData("  publish   *  ", "session:x", true)]
    public void Allows_GoesByActionKindAndId(string grant, string stream, bool expected)
    {
        var parts = stream.Split(':');
        var key = parts[0] switch { "session" => StreamKey.Session(parts[1]), "project" => StreamKey.Project(parts[1]), _ => StreamKey.Broadcast };
        Grant.TryParse(grant).ShouldNotBeNull().Allows(GrantAction.Publish, key).ShouldBe(expected);
    }

    [Theory]
    [InlineData("subscribe *", "subscribe session:x", true)]
    [InlineData("subscribe session:*", "subscribe session:team-a.*", true)]
    [InlineData("subscribe session:team-a.*", "subscribe session:*", false)]
    [InlineData("subscribe session:team-a.*", "subscribe session:team-a", false)]
    [InlineData("subscribe session:a", "subscribe session:a*", false)]
    [InlineData("subscribe session:a", "subscribe session:a", true)]
    [InlineData("subscribe session:*", "subscribe *", false)]
    [InlineData("subscribe *", "publish session:x", false)]
    [InlineData("subscribe broadcast", "subscribe broadcast", true)]
    public void Covers_IsTrue_WhenEveryStreamOfTheOtherIsAmongThese(string one, string other, bool expected) =>
        Grant.TryParse(one).ShouldNotBeNull().Covers(Grant.TryParse(other).ShouldNotBeNull()).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("publish")]
    [InlineData("publish session")]
    [InlineData("publish session:")]
    [InlineData("Publish session:a")]
    [InlineData("publish sessions:a")]
    [InlineData("publish session:a b")]
    [InlineData("publish session:a*b")]
    [InlineData("publish broadcast:all")]
    [InlineData("publish broadcast*")]
    [InlineData("read session:a")]
    public void TryParse_GivesNone_WhenItIsNoGrant(string text) => Grant.TryParse(text).ShouldBeNull();

    [Theory]
    [InlineData("publish session:demo")]
    [InlineData("command agent:x*")]
    [InlineData("admin *")]
    [InlineData("subscribe broadcast")]
    public void ToString_GivesWhatWasRead(string text) => Grant.TryParse(text).ShouldNotBeNull().ToString().ShouldBe(text);
}

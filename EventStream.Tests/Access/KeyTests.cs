using EventStream.Api.Access;
using EventStream.Api.Access.Keys;
using EventStream.Api.Settings;
using Microsoft.Extensions.Configuration;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Access;

public sealed class KeyTests
{
    [Fact]
    public void Command_PrintsAKey_AndTheSettingsThatLetItIn()
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        KeyCommand.Run(["keys", "new", "worker-1"], output, errors).ShouldBe(0);
        errors.ToString().ShouldBeEmpty();

        var lines = output.ToString().Split('\n', StringSplitOptions.TrimEntries);
        var text = lines.Single(line => line.StartsWith("es_worker-1_", StringComparison.Ordinal));
        text.Length.ShouldBe("es_worker-1_".Length + 43);
        var settings = lines.Where(line => line.StartsWith("Access__", StringComparison.Ordinal)).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0].Replace("__", ":", StringComparison.Ordinal), pair => (string?)pair[1].Trim('\''));
        var access = AccessSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        new KeyTable(access).Find(text).ShouldNotBeNull().Id.ShouldBe("worker-1");
    }

    [Theory]
    [InlineData(1, "Write `keys new ID`", "keys", "make")]
    [InlineData(1, "The id 'Worker' can't be used: ids are 1 to 32 lower-case letters, digits and dashes.", "keys", "new", "Worker")]
    [InlineData(0, "Write `keys new ID`", "keys", "--help")]
    public void Command_SaysHowItIsWritten(int exitCode, string text, params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        KeyCommand.Run(arguments, output, errors).ShouldBe(exitCode);
        (exitCode == 0 ? output : errors).ToString().ShouldStartWith(text);
    }

    [Theory]
    [InlineData("es_worker_{0}", true)]
    [InlineData("es_worker_{0}x", false)]
    [InlineData("es_other_{0}", false)]
    [InlineData("es_worker_", false)]
    [InlineData("es_worker", false)]
    [InlineData("es__{0}", false)]
    [InlineData("es_WORKER_{0}", false)]
    [InlineData("worker_{0}", false)]
    public void Find_GivesTheKey_ForItsIdAndSecretAlone(string shown, bool isFound)
    {
        const string Secret = "with_an_underline";
        var keys = Table(new AccessKey("worker", KeySecret.HashOf(Secret), "worker", []));
        (keys.Find(string.Format(null, shown, Secret)) is not null).ShouldBe(isFound);
    }

    // So that the time of an answer doesn't tell which ids there are.
    [Theory]
    [InlineData("es_worker_right")]
    [InlineData("es_worker_wrong")]
    [InlineData("es_nobody_wrong")]
    public void Find_HashesOnce_WhetherOrNotTheIdIsKnown(string shown)
    {
        var hashed = 0;
        var keys = new KeyTable(new AccessSettings { Keys = [new AccessKey("worker", KeySecret.HashOf("right"), "worker", [])] }, secret =>
        {
            hashed++;
            return KeySecret.HashOf(secret);
        });
        keys.Find(shown);
        hashed.ShouldBe(1);
    }

    [Theory]
    [InlineData("Access:Keys:{0}:Hash", "x", "Access:Keys names a key by its whole text;")]
    [InlineData("Access:Keys:worker:Hash", "{0}", "Access:Keys:worker:Hash must be the 64 lower-case hexadecimal digits")]
    [InlineData("Access:Keys:worker:Grants:0", "{0}", "Access:Keys:worker:Grants:0 is a key; write subscribe")]
    public void Settings_RepeatNoKey_WhereOneStandsInTheWrongPlace(string setting, string value, string problem)
    {
        var (text, hash) = KeySecret.Make("worker");
        var settings = new Dictionary<string, string?> { ["Access:Keys:worker:Hash"] = hash, ["Access:Keys:worker:Grants:0"] = "publish *" };
        if (setting.Contains("{0}", StringComparison.Ordinal)) settings.Clear();
        settings[string.Format(null, setting, text)] = string.Format(null, value, text);
        var failure = Should.Throw<SettingException>(() => AccessSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()));
        failure.Message.ShouldStartWith(problem);
        failure.ToString().ShouldNotContain(text);
    }

    [Fact]
    public void Replace_RevokesWhatIsGoneOrChanged_AndKeepsTheRest()
    {
        var (same, changed, gone) = (Key("same", "1"), Key("changed", "1"), Key("gone", "1"));
        var keys = Table();
        keys.Replace([same, changed, gone]);

        var (revoked, added) = keys.Replace([Key("same", "1"), Key("changed", "2"), Key("new", "1")]);

        revoked.Select(key => key.Id).ShouldBe(["changed", "gone"], ignoreOrder: true);
        added.Select(key => key.Id).ShouldBe(["changed", "new"], ignoreOrder: true);
        keys.IsRevoked(same).ShouldBeFalse();
        keys.IsRevoked(changed).ShouldBeTrue();
        keys.IsRevoked(gone).ShouldBeTrue();
    }

    private static AccessKey Key(string id, string secret) => new(id, KeySecret.HashOf(secret), id, []);

    private static KeyTable Table(params AccessKey[] keys) => new(new AccessSettings { Keys = keys });
}

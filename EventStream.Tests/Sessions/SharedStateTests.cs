using System.Text.Json;
using System.Text.Json.Nodes;
using EventStream.Sessions;
using Shouldly;
using Xunit;

namespace EventStream.Tests.Sessions;

/// <summary>The state that agents share: snapshots, and JSON Patches (RFC 6902) after them.</summary>
public sealed class SharedStateTests
{
    // The examples of RFC 6902, appendix A, and what it leaves to read between its lines.
    [Theory]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux"}]""", """{"foo":"bar","baz":"qux"}""")]
    [InlineData("""{"foo":["bar","baz"]}""", """[{"op":"add","path":"/foo/1","value":"qux"}]""", """{"foo":["bar","qux","baz"]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"remove","path":"/baz"}]""", """{"foo":"bar"}""")]
    [InlineData("""{"foo":["bar","qux","baz"]}""", """[{"op":"remove","path":"/foo/1"}]""", """{"foo":["bar","baz"]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"replace","path":"/baz","value":"boo"}]""", """{"foo":"bar","baz":"boo"}""")]
    [InlineData("""{"foo":["all","grass","cows","eat"]}""", """[{"op":"move","from":"/foo/1","path":"/foo/3"}]""", """{"foo":["all","cows","eat","grass"]}""")]
    [InlineData("""{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}""", """[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]""", """{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}""")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/child","value":{"grandchild":{}}}]""", """{"foo":"bar","child":{"grandchild":{}}}""")]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux","xyz":123}]""", """{"foo":"bar","baz":"qux"}""")]
    [InlineData("""{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":10},{"op":"remove","path":"/~1"}]""", """{"~1":10}""")]
    [InlineData("""{"foo":["bar"]}""", """[{"op":"add","path":"/foo/-","value":["abc","def"]}]""", """{"foo":["bar",["abc","def"]]}""")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"copy","from":"/a","path":"/c"},{"op":"replace","path":"/c/b","value":2}]""", """{"a":{"b":1},"c":{"b":2}}""")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"","value":[1.10,12345678901234567890]}]""", "[1.10,12345678901234567890]")]
    [InlineData("""{"a":null}""", """[{"op":"test","path":"/a","value":null},{"op":"replace","path":"/a","value":null}]""", """{"a":null}""")]
    [InlineData("""{"a":"\ud83d half"}""", """[{"op":"add","path":"/b","value":"\udc00"}]""", """{"a":"\ud83d half","b":"\udc00"}""")]
    public void After_AppliesAPatch(string before, string patch, string after) => Changed(before, patch).ShouldBe(after);

    [Theory]
    [InlineData("""[{"op":"add","path":"/x","value":1},{"op":"test","path":"/foo","value":"other"}]""")]
    [InlineData("""[{"op":"remove","path":"/none"}]""")]
    [InlineData("""[{"op":"replace","path":"/none","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/none/a","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/list/3","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/list/01","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/list/-1","value":1}]""")]
    [InlineData("""[{"op":"remove","path":"/list/-"}]""")]
    [InlineData("""[{"op":"move","from":"/list","path":"/list/0"}]""")]
    [InlineData("""[{"op":"add","path":"no pointer","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/x"}]""")]
    [InlineData("""[{"op":"jump","path":"/x","value":1}]""")]
    [InlineData("""[7]""")]
    [InlineData("""{"op":"add"}""")]
    public void After_ChangesNothing_WhenNotAllOfAPatchApplies(string patch) => Changed("""{"foo":"bar","list":[1,2]}""", patch).ShouldBe("""{"foo":"bar","list":[1,2]}""");

    [Fact]
    public void After_BeginsWithAnEmptyObject_WhenNoSnapshotCame() => SharedState.After(null, Json("""[{"op":"add","path":"/a","value":1}]""")).ToJson().ShouldBe("""{"a":1}""");

    [Fact]
    public void After_HoldsAboutAsMuchAsTheState_HoweverManyPatchesCome()
    {
        var state = SharedState.Of(Json("""{"n":0}"""));

        for (var i = 1; i <= 10_000; i++) state = SharedState.After(state, Json($$"""[{"op":"replace","path":"/n","value":{{i}}}]"""));

        state.ToJson().ShouldBe("""{"n":10000}""");
        state.Bytes.ShouldBeLessThan(32 * 1024);
    }

    [Fact]
    public void After_IsCut_WhenTheStateOutgrowsItsBound_UntilTheNextSnapshot()
    {
        var state = SharedState.Of(Json("""{"l":[]}"""));
        var piece = new string('x', 100_000);
        for (var i = 0; i < 30; i++) state = SharedState.After(state, Json($$"""[{"op":"add","path":"/l/-","value":"{{piece}}"}]"""));

        state.IsCut.ShouldBeTrue();
        state.Bytes.ShouldBeLessThan(1024);
        SharedState.Of(Json("7")).ToJson().ShouldBe("7");
    }

    [Fact]
    public void After_CopiesLittle_WhenAPatchDoublesTheState()
    {
        var doubling = string.Join(',', Enumerable.Range(0, 64).Select(i => $$"""{"op":"copy","from":"","path":"/c{{i}}"}"""));

        Changed("""{"a":"b"}""", $"[{doubling}]").ShouldBe("""{"a":"b"}""");
    }

    [Fact]
    public void Patch_DoesWhatItsOwnReaderDoes_WithAnotherOrderOfMembers()
    {
        JsonNode? document = JsonNode.Parse("""{"a":[{"b":1}]}""");

        JsonPatch.TryApply(ref document, Json("""[{"value":2,"path":"/a/0/b","op":"replace"}]"""), 100).ShouldBeTrue();

        document!.ToJsonString().ShouldBe("""{"a":[{"b":2}]}""");
    }

    private static string Changed(string before, string patch) => SharedState.After(SharedState.Of(Json(before)), Json(patch)).ToJson();

    private static JsonElement Json(string text) => JsonElement.Parse(text);
}

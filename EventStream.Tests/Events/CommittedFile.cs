using Shouldly;

namespace EventStream.Tests.Events;

/// <summary>A file of the repository that is generated from the catalogue of events.</summary>
internal static class CommittedFile
{
    private static readonly bool IsWritten = Environment.GetEnvironmentVariable("EVENTSTREAM_WRITE_SNAPSHOTS") == "1";

    /// <summary>Fails when the file is stale, and says what to run. EVENTSTREAM_WRITE_SNAPSHOTS=1 writes it instead.</summary>
    public static void ShouldHold(string path, string text)
    {
        var committed = File.Exists(path) ? File.ReadAllText(path) : "";
        if (committed == text) return;
        if (IsWritten)
        {
            File.WriteAllText(path, text);
            return;
        }
        var (held, expected) = (committed.Split('\n'), text.Split('\n'));
        var line = held.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
        held.ElementAtOrDefault(line).ShouldBe(expected.ElementAtOrDefault(line), $"Line {line + 1} of {path} is stale: run ./regenerate.sh and review what it changes.");
    }
}

namespace EventStream.Audit;

/// <summary>The type that tells the code under test which fault is on. It is compiled into it.</summary>
internal static class MutantsType
{
    /// <summary>Names the fault that is on.</summary>
    public const string Active = "EVENTSTREAM_MUTANT";

    /// <summary>Names a file that takes the names of the faults whose place was reached.</summary>
    public const string Reached = "EVENTSTREAM_MUTANTS_REACHED";

    public static string Source(string type) => $$"""
        internal static class {{type}}
        {
            private static readonly string Active = System.Environment.GetEnvironmentVariable("{{Active}}") ?? "";
            private static readonly string Reached = System.Environment.GetEnvironmentVariable("{{Reached}}");
            private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, bool> Seen = new();

            public static bool Is(string name)
            {
                if (Reached is not null && Seen.TryAdd(name, true)) lock (Seen) System.IO.File.AppendAllText(Reached, name + "\n");
                return name == Active;
            }
        }
        """;
}

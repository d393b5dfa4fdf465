namespace EventStream.Generator;

/// <summary>Generates code from the catalogue of events. ./regenerate.sh runs it in the root of the repository.</summary>
internal static class Generation
{
    public static void Main()
    {
        foreach (var file in GeneratedFile.All(Directory.GetCurrentDirectory())) File.WriteAllText(file.Location, file.Text);
    }
}

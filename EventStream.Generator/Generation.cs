namespace EventStream.Generator;

/// <summary>Writes the code that follows from the catalogue of events. ./regenerate.sh starts it in the root of the repository.</summary>
internal static class Generation
{
    public static void Main()
    {
        foreach (var file in GeneratedFile.All(Directory.GetCurrentDirectory())) File.WriteAllText(file.Location, file.Text);
    }
}

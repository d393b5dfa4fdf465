using System.ComponentModel;
using Microsoft.Extensions.AI;

namespace ChatAgent.Tools;

/// <summary>Writes a note into a file, when somebody allows it.</summary>
internal static class NoteTool
{
    public const string Name = "write_note";

    public static AIFunction Make(string file)
    {
        return new ApprovalRequiredAIFunction(AIFunctionFactory.Create(WriteAsync, Name, "Writes a note that people find later."));

        async Task<string> WriteAsync([Description("The note.")] string text, CancellationToken cancellationToken)
        {
            // One note is one line.
            await File.AppendAllTextAsync(file, $"{text.ReplaceLineEndings(" ")}{Environment.NewLine}", cancellationToken);
            return $"Written to {file}.";
        }
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EventStream.Audit;

/// <summary>Writes the chosen faults of a file into its text, each behind a switch. Lines stay where they are.</summary>
internal sealed class Switching(string file, string type, Func<Mutant, bool> isChosen) : CSharpSyntaxRewriter
{
    private readonly List<Mutant> _found = [];

    /// <summary>All faults that could be written, chosen or not.</summary>
    public IReadOnlyList<Mutant> Found => _found;

    public override SyntaxNode? Visit(SyntaxNode? node)
    {
        if (node is null || Fault.IsLeftAlone(node)) return node;
        var visited = base.Visit(node)!;
        foreach (var fault in Fault.Of(node))
        {
            var mutant = new Mutant(file, _found.Count, node.GetLocation().GetLineSpan().StartLinePosition.Line + 1, fault.Change);
            _found.Add(mutant);
            if (isChosen(mutant)) visited = Switch(node, visited, fault, $"global::{type}.Is(\"{mutant.Name}\")");
        }
        return visited;
    }

    private static SyntaxNode Switch(SyntaxNode node, SyntaxNode visited, Fault fault, string isOn)
    {
        var text = visited.ToString();
        SyntaxNode switched = node switch
        {
            ExpressionSyntax when fault.Text is null => SyntaxFactory.ParseExpression($"({isOn} ^ ({text}))"),
            ExpressionSyntax => SyntaxFactory.ParseExpression($"({isOn} ? ({fault.Text}) : ({text}))"),
            BlockSyntax => SyntaxFactory.ParseStatement($"{{ if ({isOn}) return; {text[1..]}"),
            _ => SyntaxFactory.ParseStatement($"if (!{isOn}) {text}"),
        };
        return switched.WithTriviaFrom(visited);
    }
}

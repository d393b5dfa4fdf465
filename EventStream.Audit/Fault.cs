using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EventStream.Audit;

/// <summary>The rules by which code is made wrong. What doesn't compile is dropped later.</summary>
/// <param name="Change">What is otherwise.</param>
/// <param name="Text">The wrong expression; null: the opposite of a condition, a statement that is left out, a method that returns at once.</param>
internal sealed record Fault(string Change, string? Text = null)
{
    private static readonly Dictionary<string, string> Opposites = new[]
    {
        ("&&", "||"), ("<", "<="), (">", ">="), ("+", "-"), ("Min", "Max"), ("MinBy", "MaxBy"), ("Any", "All"), ("First", "Last"), ("FirstOrDefault", "LastOrDefault"), ("true", "false"),
    }.SelectMany(pair => new[] { pair, (pair.Item2, pair.Item1) }).ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);

    public static IEnumerable<Fault> Of(SyntaxNode node) => node switch
    {
        ExpressionSyntax expression when Declares(expression) => [],
        BinaryExpressionSyntax binary => OfBinary(binary).Concat(OfCondition(binary)),
        LiteralExpressionSyntax literal => OfLiteral(literal),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call when Opposites.GetValueOrDefault(access.Name.Identifier.Text) is { } name =>
            [new($"{access.Name} -> {name}", $"{access.Expression}.{name}{call.ArgumentList}"), .. OfCondition(call)],
        ExpressionSyntax expression => OfCondition(expression),
        ExpressionStatementSyntax statement when !IsLogging(statement) => [new($"without {Short(statement)}")],
        ContinueStatementSyntax or ReturnStatementSyntax { Expression: null } => [new($"without {Short(node)}")],
        BlockSyntax { Statements.Count: > 1, Parent: MethodDeclarationSyntax method } when ReturnsNothing(method) => [new($"{method.Identifier} returns at once")],
        _ => [],
    };

    /// <summary>What is left alone: what the compiler must know, the values of fields, which no test sees without a clock, where an await goes on, and logging.</summary>
    public static bool IsLeftAlone(SyntaxNode node) => node is AttributeListSyntax or ParameterListSyntax or PatternSyntax or SwitchLabelSyntax or EnumMemberDeclarationSyntax
        || node is FieldDeclarationSyntax or BaseListSyntax or InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: "nameof" } }
        || node is ArgumentListSyntax { Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" } } }
        || (node is LocalDeclarationStatementSyntax local && local.Modifiers.Any(SyntaxKind.ConstKeyword));

    private static IEnumerable<Fault> OfBinary(BinaryExpressionSyntax binary)
    {
        var token = binary.OperatorToken.Text;
        if (token == "??" && binary.Right is not ThrowExpressionSyntax) yield return new Fault($"{Short(binary)} -> {Short(binary.Right)}", $"{binary.Right}");
        if (Opposites.GetValueOrDefault(token) is { } other && !IsText(binary.Left) && !IsText(binary.Right))
            yield return new Fault($"{Short(binary)}: {token} -> {other}", $"{binary.Left} {other} {binary.Right}");
    }

    private static IEnumerable<Fault> OfLiteral(LiteralExpressionSyntax literal) => literal.Token.Value switch
    {
        int number => [new($"{number} -> {number + 1}", $"{number + 1}")],
        bool => [new($"{literal} -> {Opposites[literal.Token.Text]}", Opposites[literal.Token.Text])],
        _ => [],
    };

    private static IEnumerable<Fault> OfCondition(ExpressionSyntax expression) => IsCondition(expression) ? [new Fault($"not {Short(expression)}")] : [];

    private static bool IsCondition(ExpressionSyntax node) => node is not (LiteralExpressionSyntax or ParenthesizedExpressionSyntax or BinaryExpressionSyntax { OperatorToken.Text: "&&" or "||" }) && node.Parent switch
    {
        IfStatementSyntax parent => parent.Condition == node,
        WhileStatementSyntax parent => parent.Condition == node,
        DoStatementSyntax parent => parent.Condition == node,
        ConditionalExpressionSyntax parent => parent.Condition == node,
        WhenClauseSyntax or BinaryExpressionSyntax { OperatorToken.Text: "&&" or "||" } => true,
        ReturnStatementSyntax parent => parent.FirstAncestorOrSelf<SyntaxNode>(each => each is MethodDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax) is MethodDeclarationSyntax method && IsBool(method.ReturnType),
        ArrowExpressionClauseSyntax { Parent: MethodDeclarationSyntax method } => IsBool(method.ReturnType),
        ArrowExpressionClauseSyntax { Parent: PropertyDeclarationSyntax property } => IsBool(property.Type),
        _ => false,
    };

    private static bool ReturnsNothing(MethodDeclarationSyntax method) =>
        method.ReturnType.ToString() == "void" || (method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.ReturnType.ToString() is "Task" or "ValueTask");

    private static bool IsBool(TypeSyntax type) => type.ToString() == "bool";

    private static bool IsText(ExpressionSyntax expression) => expression is InterpolatedStringExpressionSyntax or LiteralExpressionSyntax { Token.Value: string };

    private static bool IsLogging(ExpressionStatementSyntax statement) => Short(statement) is var text && (text.Contains(".Log", StringComparison.Ordinal) || text.StartsWith("Log", StringComparison.Ordinal));

    // What is declared in a condition is used after it.
    private static bool Declares(ExpressionSyntax expression) =>
        expression is DeclarationExpressionSyntax || expression.DescendantNodes(node => node is not AnonymousFunctionExpressionSyntax).Any(node => node is SingleVariableDesignationSyntax or DeclarationExpressionSyntax);

    private static string Short(SyntaxNode node)
    {
        var text = string.Join(' ', node.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length > 90 ? text[..90] + "…" : text;
    }
}

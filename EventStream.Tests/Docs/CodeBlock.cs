namespace EventStream.Tests.Docs;

/// <summary>A block of code and the document in which it stands.</summary>
internal sealed record CodeBlock(string Document, string Code);

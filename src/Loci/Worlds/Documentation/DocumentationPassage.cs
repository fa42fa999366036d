namespace Loci.Worlds.Documentation;

/// <summary>One text of an API's documentation, and what it is about: a true label that its authors gave.</summary>
/// <param name="Text">The text on one line, as a reader of the documentation sees it.</param>
/// <param name="Kind">
/// The element it stood in: <c>summary</c>, <c>param</c>, <c>typeparam</c>, <c>returns</c>, <c>value</c>,
/// <c>exception</c>, <c>remarks</c>.
/// </param>
/// <param name="Subject">What is documented.</param>
public sealed record DocumentationPassage(string Text, string Kind, DocumentedMember Subject)
{
    /// <summary>The passage as a sentence whose topic, the namespace, is known; those of one type are a unit.</summary>
    public LabelledSentence Labelled => new(Text, Subject.Namespace, $"{Subject.Namespace}.{Subject.Type}");
}

/// <summary>A type or a member of one, with its place in the library.</summary>
/// <param name="Assembly">The assembly, from the file.</param>
/// <param name="Namespace">The namespace; empty for a type in none.</param>
/// <param name="Type">The type's name in its namespace; an inner type's after that of its owner, with a dot.</param>
/// <param name="Name">The member's name; empty for the type itself.</param>
public sealed record DocumentedMember(string Assembly, string Namespace, string Type, string Name);

using System.Text.Json.Serialization;
using Loci.Worlds.Documentation;

namespace Loci.Views;

/// <summary>The documentation of libraries, written as a text: <c>loci docs write</c>.</summary>
/// <param name="Sdk">Version of the SDK's reference packs; left out where files were named.</param>
/// <param name="Files">Documentation files read.</param>
/// <param name="Types">Types that something is said about: the documents of the text.</param>
/// <param name="Passages">Passages, the held-out ones among them.</param>
/// <param name="HeldOut">Passages that went to the held-out text.</param>
/// <param name="Duplicates">Passages left out since an earlier one says the same.</param>
/// <param name="Characters">UTF-16 characters of all passages.</param>
/// <param name="Namespaces">Different namespaces.</param>
/// <param name="Sha256">SHA-256 of the whole text, whatever was held out.</param>
/// <param name="IsDemos">True where it is the text that <c>demo-docs</c> was trained on.</param>
public sealed record DocumentationTextView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Sdk, int Files, int Types,
    long Passages, long HeldOut, long Duplicates, long Characters, int Namespaces, string Sha256, bool IsDemos);

/// <summary>The truth about one passage: a line of what <c>loci docs write --truth</c> writes.</summary>
/// <param name="Assembly">The assembly.</param>
/// <param name="Namespace">The namespace: the topic; empty for a type in none.</param>
/// <param name="Type">The type.</param>
/// <param name="Member">The member; empty for the type itself.</param>
/// <param name="Kind">
/// <c>summary</c>, <c>param</c>, <c>typeparam</c>, <c>returns</c>, <c>value</c>, <c>exception</c> or <c>remarks</c>.
/// </param>
/// <param name="HeldOut">True where it went to the held-out text.</param>
public sealed record DocumentationPassageView(
    string Assembly, string Namespace, string Type, string Member, string Kind, bool HeldOut)
{
    /// <summary>A passage.</summary>
    public static DocumentationPassageView Of(DocumentationPassage passage, bool heldOut) => new(
        passage.Subject.Assembly, passage.Subject.Namespace, passage.Subject.Type, passage.Subject.Name, passage.Kind,
        heldOut);
}

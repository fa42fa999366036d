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

/// <summary>The walk through the model of the .NET libraries' documentation: <c>loci demo</c>.</summary>
/// <param name="Model">The model.</param>
/// <param name="Atlas">The atlas it leaves.</param>
/// <param name="Sdk">Version of the documentation that was read.</param>
/// <param name="Sentences">Passages read.</param>
/// <param name="Prefixes">Prefixes seen.</param>
/// <param name="Namespaces">Different namespaces of the passages.</param>
/// <param name="Word">A cell for one word; left out where there is none.</param>
/// <param name="Topic">A cell for one namespace; left out where there is none.</param>
/// <param name="Layers">What explains the cells, by layer.</param>
/// <param name="Trace">One right answer, traced; left out where there is none.</param>
/// <param name="Switch">Its strongest cell taken out; left out where there is none.</param>
public sealed record DocumentationDemoView(
    string Model, string Atlas, string Sdk, long Sentences, long Prefixes, int Namespaces,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ShownWordView? Word,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ShownTopicView? Topic,
    IReadOnlyList<ExplainedLayerView> Layers,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TraceView? Trace,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SwitchView? Switch);

/// <summary>A cell for one word.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Word">The word its triggers end in.</param>
/// <param name="Purity">Share of them that do.</param>
/// <param name="Types">Types in whose documentation they stand, one trigger each.</param>
public sealed record ShownWordView(string Cell, string Word, double Purity, int Types);

/// <summary>A cell for one namespace.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Purity">Share of the types that fire it which are of this namespace.</param>
/// <param name="OfText">Share of all passages that are.</param>
/// <param name="Types">Types that fire it, one trigger each.</param>
/// <param name="P">
/// p of the topic beyond the last word: against prefixes that end in the same word, labels shuffled.
/// </param>
public sealed record ShownTopicView(
    string Cell, string Namespace, double Purity, double OfText, int Types, double P);

/// <summary>Bits a character of unread text: <c>loci docs score</c>.</summary>
/// <param name="Model">The model.</param>
/// <param name="Documents">Documents scored.</param>
/// <param name="Characters">Their UTF-16 characters.</param>
/// <param name="Rows">The model first, then those it is compared with; xz is left out where there is no such
/// program.</param>
public sealed record TextScoreView(
    string Model, int Documents, long Characters, IReadOnlyList<TextScoreRowView> Rows);

/// <summary>One way to tell a text.</summary>
/// <param name="Name">Which.</param>
/// <param name="BitsPerCharacter">Bits a character.</param>
public sealed record TextScoreRowView(string Name, double BitsPerCharacter);

/// <summary>What namespaces explain of what fires cells: <c>loci docs explain</c>.</summary>
/// <param name="Layers">The model, by layer and pole.</param>
/// <param name="RandomWeights">The same with the weights of every matrix permuted; left out unless asked for.</param>
public sealed record DocumentationTruthView(
    IReadOnlyList<TruthLayerView> Layers,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyList<TruthLayerView>? RandomWeights);

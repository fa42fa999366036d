using System.Text;
using Loci.BuiltIn;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Worlds;
using Loci.Worlds.Documentation;

namespace Loci.Cli;

/// <summary>
/// The text that a built-in model brings, a sentence a line: its own little language, or for <c>demo-docs</c> a sample
/// of the documentation that lies on this machine.
/// </summary>
internal static class OwnText
{
    /// <summary>Seed of the world that the trained built-in models learned.</summary>
    public const ulong World = 1;

    /// <summary>
    /// Seed of the texts read here. The models learned from those of seed 1: the same facts, told otherwise.
    /// </summary>
    public const ulong Documents = 2;

    /// <summary>Words of the world's text.</summary>
    public const long Words = 200_000;

    private const int ConstructedSentences = 20_000;
    private const int ConstructedSeed = 1;

    /// <summary>The sentences of the world's text, and the truth about them.</summary>
    public static IEnumerable<WorldSentence> WorldSentences() =>
        Loci.Worlds.World.Create(World).Documents(Documents, Words).SelectMany(document => document.Sentences);

    /// <summary>True for the built-in models that learned the generated world, edited or not.</summary>
    public static bool IsOfWorld(Model model) =>
        BuiltInModels.Names.Contains(model.BaseName)
        && model.BaseName is not (BuiltInModels.Documentation or Model.ConstructedName);

    /// <summary>The whole text; null for a model that brings none. An edited model's is its base's.</summary>
    public static string? Of(Model model) =>
        model.BaseName == Model.ConstructedName
            ? Lines(ConstructedLanguage.Sentences(ConstructedSeed).Take(ConstructedSentences))
        : model.BaseName == BuiltInModels.Documentation
        ? Documentation() is { } docs ? Lines(docs.Sample.Select(passage => passage.Text)) : null
        : IsOfWorld(model)
        ? Lines(WorldSentences().Select(sentence => sentence.Text))
        : null;

    /// <summary>The documentation of the SDK on this machine; null where there is none.</summary>
    /// <param name="sdk">The folder of the SDK; null: the one that is found.</param>
    /// <param name="cancel">Ends the reading.</param>
    public static OwnDocumentation? Documentation(string? sdk = null, CancellationToken cancel = default)
    {
        if ((sdk is null ? SdkDocumentation.Find() : SdkDocumentation.In(sdk)) is not { } found) return null;
        var text = DocumentationText.Read(found.Files, cancel);
        return new(
            found.Version, text.Sha256 == DemoDocumentation.Sha256, DemoDocumentation.Sample(text),
            DemoDocumentation.HeldOut(text));
    }

    /// <summary>Sentences, a line each.</summary>
    public static string Lines(IEnumerable<string> sentences)
    {
        var text = new StringBuilder();
        foreach (string sentence in sentences) text.Append(sentence).Append('\n');
        return text.ToString();
    }
}

/// <summary>What <c>demo-docs</c> reads of the documentation on this machine.</summary>
/// <param name="Version">The version of the libraries.</param>
/// <param name="IsDemos">True where the model learned from this very text.</param>
/// <param name="Sample">What its atlas is built over.</param>
/// <param name="HeldOut">What it did not learn from.</param>
internal sealed record OwnDocumentation(
    string Version, bool IsDemos, IReadOnlyList<DocumentationPassage> Sample,
    IReadOnlyList<DocumentationPassage> HeldOut);

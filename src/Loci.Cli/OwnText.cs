using System.Text;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Worlds;

namespace Loci.Cli;

/// <summary>The text that a built-in model brings: its own little language, a sentence a line.</summary>
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

    /// <summary>The whole text; null for a model that brings none.</summary>
    public static string? Of(Model model) =>
        model.Name == Model.ConstructedName
            ? Lines(ConstructedLanguage.Sentences(ConstructedSeed).Take(ConstructedSentences))
        : Loci.BuiltIn.BuiltInModels.Names.Contains(model.Name)
        ? Lines(WorldSentences().Select(sentence => sentence.Text))
        : null;

    private static string Lines(IEnumerable<string> sentences)
    {
        var text = new StringBuilder();
        foreach (string sentence in sentences) text.Append(sentence).Append('\n');
        return text.ToString();
    }
}

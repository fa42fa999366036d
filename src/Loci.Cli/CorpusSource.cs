using Loci.Atlas;
using Loci.Models;
using Loci.Models.Constructed;
using Loci.Text;

namespace Loci.Cli;

/// <summary>Opens what a person calls a corpus; the constructed model brings its own.</summary>
internal static class CorpusSource
{
    private const int ConstructedSentences = 20_000;
    private const int ConstructedSeed = 1;

    /// <summary>Opens files, or writes the constructed model's language to <paramref name="own"/> where none is named.</summary>
    public static Corpus Open(Model model, string[] paths, string field, string own)
    {
        if (paths.Length > 0) return Corpus.Open(paths, new CorpusOptions { Field = field });
        if (model.Name != Model.ConstructedName) throw new UsageException("Name the text to read: --corpus FILE…");
        string text = string.Concat(ConstructedLanguage.Sentences(ConstructedSeed).Take(ConstructedSentences).Select(sentence => sentence + "\n"));
        if (!File.Exists(own))
        {
            string temporary = own + ".new";
            File.WriteAllText(temporary, text);
            File.Move(temporary, own);
            Console.Error.WriteLine($"Wrote {ConstructedSentences:N0} sentences of the constructed language to {own}.");
        }
        else if (File.ReadAllText(own) != text)
        {
            throw new UsageException($"{own} is there already with another text. Move it away, give another --out, or read it with --corpus {own}.");
        }
        return Corpus.Open([own]);
    }

    /// <summary>Opens the text an atlas was built from: files a person names, or what the build of a built-in model wrote beside it.</summary>
    public static Corpus Again(Model model, string[] paths, string field, AtlasFile atlas)
    {
        if (paths.Length > 0) return Corpus.Open(paths, new CorpusOptions { Field = field });
        string files = string.Join(", ", atlas.Manifest.Corpus.Select(file => file.Name)), beside = Path.ChangeExtension(atlas.Path, ".txt");
        if (model.Name != Model.ConstructedName) throw new UsageException($"Name the text the atlas was built from, {files}: --corpus FILE…");
        return File.Exists(beside)
            ? Corpus.Open([beside])
            : throw new UsageException($"The text the atlas was built from, {files}, is not beside it as {beside}: name it with --corpus FILE…");
    }
}

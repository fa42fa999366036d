using Loci.Atlas;
using Loci.Models;
using Loci.Text;

namespace Loci.Cli;

/// <summary>Opens what a person calls a corpus; the built-in models bring their own.</summary>
internal static class CorpusSource
{
    /// <summary>
    /// Opens files, or writes a built-in model's own text to <paramref name="own"/> where none is named.
    /// </summary>
    public static Corpus Open(Model model, string[] paths, string field, string own, bool allowInvalid = false)
    {
        if (paths.Length > 0)
            return Corpus.Open(paths, new CorpusOptions { Field = field, AllowInvalid = allowInvalid });
        string text = OwnText.Of(model) ?? throw new UsageException(
            model.BaseName == Loci.BuiltIn.BuiltInModels.Documentation
                ? $"«{model.Name}» reads the documentation of the .NET SDK, and none was found on this machine. Name a "
                + "text: --corpus FILE…"
                : "Name the text to read: --corpus FILE…");
        return Own(model, text, own);
    }

    /// <summary>A built-in model's own text, written where it is not there yet.</summary>
    public static Corpus Own(Model model, string text, string own)
    {
        if (!File.Exists(own))
        {
            AtomicFile.Write(own, System.Text.Encoding.UTF8.GetBytes(text));
            Console.Error.WriteLine(
                $"Wrote the text of «{model.Name}», {text.AsSpan().Count('\n'):N0} lines, to {own}.");
        }
        else if (File.ReadAllText(own) != text)
        {
            throw new UsageException(
                $"{own} is there already with another text. Move it away, give another --out, or read it with "
                + $"--corpus {own}.");
        }
        return Corpus.Open([own]);
    }

    /// <summary>Where the text of a built-in model stands: beside its atlas, under a name of its own.</summary>
    public static string Beside(string atlas) => Path.ChangeExtension(atlas, ".corpus.txt");

    /// <summary>
    /// Opens the text an atlas was built from: files a person names, or what the build of a built-in model wrote
    /// beside it.
    /// </summary>
    public static Corpus Again(Model model, string[] paths, string field, AtlasFile atlas)
    {
        // the build has decided
        if (paths.Length > 0) return Corpus.Open(paths, new CorpusOptions { Field = field, AllowInvalid = true });
        if (atlas.CorpusPlaces is { Count: > 0 } places && places.All(File.Exists))
            return Corpus.Open([.. places], new CorpusOptions { Field = field, AllowInvalid = true });
        string files = string.Join(", ", atlas.Manifest.Corpus.Select(file => file.Name)), beside = Beside(atlas.Path);
        string old = Path.ChangeExtension(atlas.Path, ".txt"); // as it was named before
        if (!File.Exists(beside) && File.Exists(old)) beside = old;
        if (!Loci.BuiltIn.BuiltInModels.Names.Contains(model.BaseName))
            throw new UsageException($"Name the text the atlas was built from, {files}: --corpus FILE…");
        return File.Exists(beside)
            ? Corpus.Open([beside])
            : throw new UsageException(
                $"The text the atlas was built from, {files}, is not beside it as {beside}: "
                + $"name it with --corpus FILE…");
    }
}

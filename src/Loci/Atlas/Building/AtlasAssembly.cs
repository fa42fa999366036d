using Loci.Models;
using Loci.Text;

namespace Loci.Atlas.Building;

/// <summary>
/// What an atlas is to be, and its writing: what sentences gave, from one machine or many, joined once with the values
/// of the cells. The same inputs give the same bytes, whoever observed what.
/// </summary>
/// <param name="model">The model; it needs a tokenizer.</param>
/// <param name="options">What the atlas is to hold.</param>
/// <param name="reading">How the corpus is read, in words.</param>
/// <param name="corpus">Its files.</param>
/// <param name="modelPlace">Where the model was opened from, as the atlas keeps it.</param>
internal sealed class AtlasAssembly(
    Model model, AtlasOptions options, string reading, IReadOnlyList<SourceFile> corpus, string? modelPlace)
{
    /// <summary>What the build is of, as lines of text.</summary>
    public string Identity { get; } =
        BuildIdentity.Of(Manifest(model, options, reading, corpus, modelPlace, null, replaced: 0));

    /// <summary>Reads the values and writes the file.</summary>
    /// <param name="state">All that was observed.</param>
    /// <param name="replaced">Invalid characters of the corpus that were replaced.</param>
    /// <param name="read">Gives sentences by their numbers, ascending, tokenised.</param>
    /// <param name="values">Reads the values.</param>
    /// <param name="path">The atlas; one that exists is replaced.</param>
    /// <param name="progress">Told the cells stored, and of how many.</param>
    /// <param name="cancellation">Ends the writing; nothing is left behind.</param>
    public void Write(
        BuildState state, long replaced, Func<IReadOnlyList<long>, IEnumerable<TokenizedSentence>> read,
        ValueReader values, string path, Action<long, long> progress, CancellationToken cancellation)
    {
        if (state.Prefixes == 0 && options.Part is null) throw NoText();
        var manifest = Manifest(model, options, reading, corpus, modelPlace, state, replaced);
        AtlasWriter.Write(new BuiltAtlas(manifest, model, state, read, values, progress), path, cancellation);
    }

    /// <summary>The error of a build that met no prefix.</summary>
    public static LociException NoText() =>
        new("The corpus holds no text; there is nothing to build an atlas from.");

    private static AtlasManifest Manifest(
        Model model, AtlasOptions options, string reading, IReadOnlyList<SourceFile> corpus, string? modelPlace,
        BuildState? state, long replaced) => new()
        {
            ModelPlace = modelPlace,
            Model = Path.GetFileName(Path.TrimEndingDirectorySeparator(model.Name)),
            ModelHash = model.Identity,
            Spec = new(
                model.Spec.Family, [.. model.Spec.Blocks.Select(block => block.Cells.Count)], model.Spec.Width,
                model.Spec.Vocabulary, model.Spec.HasGatedCells, model.TokenizerHash)
            {
                ExpertsPerLayer = model.Spec.ExpertsPerLayer,
            },
            Corpus = corpus,
            Reading = reading,
            Unit = options.Unit.ToString().ToLowerInvariant(),
            MaxSentences = options.MaxSentences,
            Context = model.Spec.Context,
            Top = options.Top,
            ValueTokens = options.ValueTokens,
            Sentences = state?.Sentences ?? 0,
            Prefixes = state?.Prefixes ?? 0,
            SentencesCut = state?.SentencesCut ?? 0,
            // A count over the whole corpus: of several parts the first reports it, so that they add up to it.
            InvalidCharacters = options.Part is { Number: > 1 } ? 0 : replaced,
            Part = options.Part,
            LociVersion = LociVersion.Current,
        };
}

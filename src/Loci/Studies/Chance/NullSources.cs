using Loci.Atlas;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Studies.Statistics;

namespace Loci.Studies.Chance;

/// <summary>
/// The nulls of a study source, each a source itself, so that any study runs on them unchanged. Their atlases live in a
/// temporary folder until this is disposed.
/// </summary>
/// <remarks>
/// Both are over the same sample of the source's sentences. <see cref="Sample"/> is the model itself over it: what a
/// number is to be compared with where it depends on how much text was read.
/// </remarks>
public sealed class NullSources : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loci-nulls-");
    private readonly List<AtlasFile> _atlases = [];

    private NullSources()
    {
    }

    /// <summary>Sentences of the sample.</summary>
    public int Sentences => Sample.Text.Count;

    /// <summary>The model as it is, over the sample as it is.</summary>
    public StudySource Sample { get; private set; } = null!;

    /// <summary>How many draws of random weights.</summary>
    public const int Draws = 3;

    /// <summary>
    /// Draws of the model with random weights (<see cref="Nulls.RandomWeights"/>), over the sample as it is.
    /// </summary>
    public IReadOnlyList<StudySource> RandomWeights { get; private set; } = [];

    /// <summary>The model as it is, over the sample's tokens shuffled (<see cref="Nulls.ShuffledText"/>).</summary>
    public StudySource ShuffledText { get; private set; } = null!;

    /// <summary>Builds the nulls.</summary>
    /// <param name="source">What they are nulls of.</param>
    /// <param name="options">Seed, threads, progress, cancellation.</param>
    /// <param name="sentences">Sentences drawn from the source's; all where it has fewer.</param>
    /// <exception cref="LociException">The temporary folder cannot be written, or a null of the model
    /// overflows.</exception>
    public static NullSources Build(StudySource source, StudyOptions options, int sentences = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sentences, 1);
        var nulls = new NullSources();
        try
        {
            var sample = StudyText.Of(
                Sampling.Draw(source.Text.Count, sentences, Sampling.Seed(options.Seed, "sentences of nulls"))
                .Select(s => source.Text[s].ToArray()));
            nulls.Sample = nulls.Build(source, source.Model, sample, "sample", 0, options);
            nulls.RandomWeights = [.. Enumerable.Range(0, Draws).Select(draw => nulls.Build(
                source, Nulls.RandomWeights(source.Model, Sampling.Seed(options.Seed, "random weights", draw)), sample,
                "random weights", 1 + draw, options))];
            nulls.ShuffledText = nulls.Build(source, source.Model, Nulls.ShuffledText(sample, options.Seed),
                "shuffled text", 1 + Draws, options);
            return nulls;
        }
        catch
        {
            nulls.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var atlas in _atlases) atlas.Dispose();
        _atlases.Clear();
        if (Directory.Exists(_folder.FullName)) _folder.Delete(recursive: true);
    }

    private StudySource Build(StudySource source, Model model, StudyText text, string what, int number,
        StudyOptions options)
    {
        options.Progress?.Report(new($"nulls: {what}", number, 2 + Draws));
        string path = Path.Combine(_folder.FullName, $"{number}.atlas");
        var manifest = source.Atlas.Manifest;
        TokenAtlas.Build(
            model, [.. Enumerable.Range(0, text.Count).Select(s => text[s].ToArray())],
            $"{what}, {text.Count} sentences, seed {options.Seed}",
            new() { Top = manifest.Top, ValueTokens = manifest.ValueTokens }, path, options.Compute);
        var atlas = AtlasFile.Open(path);
        _atlases.Add(atlas);
        options.Progress?.Report(new($"nulls: {what}", number + 1, 2 + Draws));
        return new(model, atlas, text);
    }
}

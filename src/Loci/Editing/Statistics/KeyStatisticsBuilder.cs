using System.Diagnostics;
using Loci.Atlas.Building;
using Loci.Models;
using Loci.Text;

namespace Loci.Editing;

/// <summary>
/// Gathers <see cref="KeyStatistics"/> over a text that may be larger than memory: sentence by sentence through the
/// model, every token's coefficients but those of the beginning-of-sequence mark. Keeps a checkpoint beside the file
/// and
/// goes on from it when it is run again.
/// </summary>
/// <param name="model">A model with a tokenizer.</param>
/// <param name="corpus">The text.</param>
/// <param name="layers">Layers whose keys to sum.</param>
/// <param name="options">Unit, most sentences, part; the rest does not matter.</param>
public sealed class KeyStatisticsBuilder(
    Model model, Corpus corpus, IReadOnlyList<int> layers, AtlasOptions options)
{
    private const int BatchTokens = 1024, CalibrationSentences = 64;

    private static readonly TimeSpan s_checkpointEvery = TimeSpan.FromSeconds(20);

    /// <summary>Reads the text and writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="compute">Threads to use, and what ends it early; the same call goes on then.</param>
    /// <param name="progress">Told the tokens read.</param>
    /// <exception cref="LociException">There is no such layer, no text, or the file cannot be written.</exception>
    public KeyStatistics Build(string path, Compute compute = default, IProgress<long>? progress = null)
    {
        foreach (int layer in layers)
            if (layer < 0 || layer >= model.Spec.Layers)
                throw new LociException(
                    $"There is no layer {layer}: the model has {model.Spec.Layers}, 0 to {model.Spec.Layers - 1}.");
        model.RequireTokenizer();
        string checkpoint = path + ".checkpoint";
        var identity = Identity(compute.Cancellation);
        var (sums, next) = Begin(checkpoint, identity, compute);
        var feed = new SentenceFeed(model, corpus, options);
        var workspace = new Workspace(model.Spec);
        var batch = new Batch();
        var clock = Stopwatch.StartNew();
        foreach (var sentence in feed.Read(next))
        {
            compute.Cancellation.ThrowIfCancellationRequested();
            if (batch.Rows >= BatchTokens)
            {
                Flush();
                if (clock.Elapsed > s_checkpointEvery)
                {
                    StatisticsFile.Write(checkpoint, new(identity, layers, sums), sentence.Index);
                    clock.Restart();
                }
            }
            if (feed.Tokenize(sentence) is { } tokens) batch.Add(WithBegin(tokens.Tokens));
        }
        Flush();
        if (sums[0].Tokens == 0) throw new LociException("The text has no tokens: there is nothing to gather.");
        var statistics = new KeyStatistics(identity, layers, sums);
        statistics.Save(path);
        File.Delete(checkpoint);
        return statistics;

        void Flush()
        {
            if (batch.Rows == 0) return;
            Run(batch, workspace, compute, (at, keys, rows) => sums[at].Add(keys, rows, compute.Threads));
            batch.Clear();
            progress?.Report(sums[0].Tokens);
        }
    }

    private delegate void TakesKeys(int layer, ReadOnlySpan<float> keys, int rows);

    private void Run(Batch batch, Workspace workspace, Compute compute, TakesKeys take)
    {
        float[] kept = [];
        model.Transformer.Forward(batch, workspace, (point, layer, values, of) =>
        {
            if (point != TapPoint.Coefficients || Array.IndexOf([.. layers], layer) is not (>= 0 and var at)) return;
            int cells = values.Length / of.Rows, rows = 0;
            if (kept.Length < values.Length) kept = new float[values.Length];
            int skip = model.BeginOfSequence is null ? 0 : 1;
            foreach (var (first, count, _) in of.Sequences)
            {
                values.Slice((first + skip) * cells, (count - skip) * cells).CopyTo(kept.AsSpan(rows * cells));
                rows += count - skip;
            }
            take(at, kept.AsSpan(0, rows * cells), rows);
        }, compute: compute);
    }

    private int[] WithBegin(int[] tokens) => model.BeginOfSequence is { } begin ? [begin, .. tokens] : tokens;

    private (KeyMoments[] Sums, long Next) Begin(string checkpoint, StatisticsIdentity identity, Compute compute)
    {
        if (File.Exists(checkpoint))
        {
            var (statistics, next) = StatisticsFile.ReadAny(checkpoint);
            if (statistics.Identity != identity || !statistics.Layers.SequenceEqual(layers))
                throw new LociException(
                    $"{checkpoint} is of another model, text, option or layer. Give the command that began it, "
                    + "another --out, or delete it.");
            return ([.. layers.Select(statistics.Moments)], next);
        }
        // The grid is that of the text's first sentences, so that all parts have the same.
        var feed = new SentenceFeed(model, corpus, options with { Part = null });
        var batch = new Batch();
        foreach (var sentence in feed.Read(0).Take(CalibrationSentences))
            if (feed.Tokenize(sentence) is { } tokens) batch.Add(WithBegin(tokens.Tokens));
        int[] grids = new int[layers.Count];
        if (batch.Rows > 0)
            Run(batch, new(model.Spec), compute, (at, keys, _) => grids[at] = KeyMoments.GridOf(keys));
        return ([.. layers.Select((layer, at) => new KeyMoments(model.Spec.Blocks[layer].Cells.Count, grids[at]))], 0);
    }

    private StatisticsIdentity Identity(CancellationToken cancel) => new(
        model.Identity, model.TokenizerHash, string.Join(' ', corpus.HashFiles(cancel).Select(file => file.Sha256)),
        $"{corpus.Reading}, unit {options.Unit}", options.MaxSentences ?? -1, options.Part?.Number ?? 1,
        options.Part?.Of ?? 1);
}

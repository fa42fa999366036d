using System.Text;
using Loci.Atlas;
using Loci.Memory.Numerics;
using Loci.Memory.Recall;

namespace Loci.Bench;

/// <summary>
/// An atlas of any size whose contents are drawn: sentences of words that are as frequent as words are (Zipf), every
/// one the trigger of one cell. Nothing is held in memory, so that it can be larger than that.
/// </summary>
internal sealed class GeneratedAtlas(int layers, int cellsPerLayer) : IAtlasSource
{
    /// <summary>Triggers of a cell.</summary>
    public const int Top = 10;

    private const int Words = 30_000, Length = 12, ValueTokens = 10;

    // The place of a pointer in a permutation of the sentences: odd multipliers of no common factor with their number.
    private const long Stride = 7_368_787;

    public long Cells => (long)layers * cellsPerLayer;

    public long Sentences => Cells * Top;

    public AtlasManifest Manifest => new()
    {
        Model = "generated", ModelHash = new('a', 64),
        Spec = new("gpt2", [.. Enumerable.Repeat(cellsPerLayer, layers)], 64, Words, Gated: false, new('b', 64)),
        Reading = "generated", Corpus = [new("generated", new('c', 64), 1)], Unit = "line", Context = Length, Top = Top,
        ValueTokens = ValueTokens, LociVersion = LociVersion.Current, Sentences = Sentences,
        Prefixes = Sentences * Length,
    };

    public IEnumerable<VocabularyToken> Vocabulary =>
        Enumerable.Range(0, Words).Select(word => new VocabularyToken($" {Word(word)}", 1));

    IEnumerable<AtlasCell> IAtlasSource.Cells
    {
        get
        {
            for (int layer = 0; layer < layers; layer++)
                for (int index = 0; index < cellsPerLayer; index++)
                    yield return Cell(layer, index);
        }
    }

    IEnumerable<AtlasSentence> IAtlasSource.Sentences(IReadOnlyList<long> ids) => ids.Select(Sentence);

    /// <summary>A word of the vocabulary, the more frequent the lower its number.</summary>
    public static string Word(int number)
    {
        const string Consonants = "bdfgklmnprstvz", Vowels = "aeiou";
        var word = new StringBuilder();
        for (uint rest = (uint)number * 2_654_435_761u % 343_000; word.Length < 6; rest /= 70)
            word.Append(Consonants[(int)(rest % 14)]).Append(Vowels[(int)(rest % 70 / 14)]);
        return $"{word}{number % 10}";
    }

    private AtlasSentence Sentence(long id)
    {
        var random = RandomStream.Of(1, "sentences of a generated atlas", (int)id);
        int[] tokens = [.. Enumerable.Range(0, Length).Select(_ => (int)Math.Pow(Words, random.NextDouble()))];
        return AtlasSentence.FromTokens(
            id, tokens, (token, bytes) => bytes.AddRange(Encoding.UTF8.GetBytes($" {Word(token)}")), cut: false);
    }

    private AtlasCell Cell(int layer, int index)
    {
        long number = (long)layer * cellsPerLayer + index;
        var random = RandomStream.Of(1, "cells of a generated atlas", (int)number);
        Trigger[] triggers =
        [
            .. Enumerable.Range(0, Top).Select(rank => new Trigger(
                Top - rank + random.NextSingle() / 2, (number * Top + rank) * Stride % Sentences,
                random.Next(Length))),
        ];
        long[] histogram = new long[CoefficientBins.Count];
        foreach (var trigger in triggers) histogram[CoefficientBins.Of(trigger.Coefficient)]++;
        var statistics = new CellStatistics(
            Top, Top, 0, Sum(triggers, m => m), Sum(triggers, m => m * m), triggers[0].Coefficient, 0);
        return new(layer, index, statistics, histogram, triggers, [], new(1, Readout(), Readout()));

        ValueReadout Readout() => new(End(1), End(-1));

        ValueEnd End(int sign) => new(
            [
                .. Enumerable.Range(0, ValueTokens).Select(rank => new ScoredToken(
                    random.Next(Words), sign * (ValueTokens - rank + random.NextSingle() / 2))),
            ],
            0.5f, sign * 5);
    }

    private static ExactSum Sum(Trigger[] triggers, Func<double, double> of) => triggers.Aggregate(
        default(ExactSum), (sum, trigger) => sum + ExactSum.FromDouble(of(trigger.Coefficient)));
}

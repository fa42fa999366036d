using System.Text;
using Loci.Atlas;
using Loci.Memory.Recall;

namespace Loci.Tests.Atlas;

/// <summary>
/// A corpus, and coefficients and values drawn from hashes of their names, so that any subset of the sentences can be
/// "built" on its own, by brute force. Coefficients come in few sizes: ties are everywhere.
/// </summary>
internal sealed class SyntheticAtlas(
    int seed, int layers = 2, int cells = 7, bool gated = true, int top = 5, int sentences = 40)
{
    private static readonly string[] Pieces =
        [
            " the", " cat", "é", " \"quoted\"", "'", " AND", "*", " Ж", "ж", " princess", "prince", "🙂", ".", "K", "s",
            " a", "%", "_", "-x", " NEAR(",
        ];

    /// <summary>
    /// Tokens 0 and 1 are the two bytes of «é», which no token holds alone; token 2 is an invalid byte.
    /// </summary>
    private static readonly byte[][] Vocabulary = [[0xC3], [0xA9], [0xFF], .. Pieces.Select(Encoding.UTF8.GetBytes)];

    public AtlasManifest Manifest { get; } = new()
    {
        Model = "synthetic \"model\"",
        ModelHash = new('a', 64),
        Spec = new(
            "llama", [.. Enumerable.Range(0, layers).Select(layer => cells + layer)], 8, Vocabulary.Length, gated,
            new('b', 64)),
        Reading = "field text",
        Corpus = [new("text.txt", new('c', 64), 1234)],
        Unit = "sentence",
        Context = 9,
        Top = top,
        ValueTokens = 3,
        LociVersion = "0.1.0",
    };

    public AtlasSentence Sentence(long id)
    {
        var random = new Random(HashCode(id));
        var tokens = Enumerable.Range(0, random.Next(1, 10)).Select(_ => random.Next(Vocabulary.Length)).ToArray();
        return AtlasSentence.FromTokens(
            id, tokens, (token, bytes) => bytes.AddRange(Vocabulary[token]), tokens.Length == 9);
    }

    public Source Build(Func<long, bool>? owns = null, AtlasPart? part = null)
    {
        var own = Enumerable.Range(0, sentences).Select(i => (long)i).Where(owns ?? (_ => true)).Select(Sentence)
            .ToArray();
        var next = new long[Vocabulary.Length];
        foreach (var sentence in own)
            foreach (int token in sentence.Tokens.Skip(1)) next[token]++;
        return new()
        {
            Manifest = Manifest with
            {
                Part = part,
                Sentences = own.Length,
                Prefixes = own.Sum(sentence => (long)sentence.Tokens.Count),
                SentencesCut = own.Count(sentence => sentence.Cut),
                InvalidCharacters = own.Sum(sentence => (long)sentence.Text.Count(c => c == '\uFFFD')),
            },
            VocabularyList = [
                .. Vocabulary.Select((bytes, id) => new VocabularyToken(Encoding.UTF8.GetString(bytes), next[id]))],
            CellList = [.. AllCells().Select(at => Cell(at.Layer, at.Index, own))],
            SentenceList = own.ToDictionary(sentence => sentence.Id),
        };
    }

    public float Coefficient(int layer, int cell, long sentence, int position)
    {
        if (cell == 3) return 0; // a dead cell in every layer
        var random = new Random(HashCode(1, layer, cell, sentence, position));
        return random.Next(3) == 0 ? 0 : random.Next(-6, 7) * 0.25f;
    }

    private IEnumerable<(int Layer, int Index)> AllCells() =>
        from layer in Enumerable.Range(0, layers)
        from cell in Enumerable.Range(0, cells + layer)
        select (layer, cell);

    private AtlasCell Cell(int layer, int index, AtlasSentence[] own)
    {
        var all = (from sentence in own
                   from position in Enumerable.Range(0, sentence.Tokens.Count)
                   select new Trigger(
                       Coefficient(layer, index, sentence.Id, position), sentence.Id, position)).ToArray();
        Trigger[] Top(Func<float, bool> pole) => [.. all.Where(at => pole(at.Coefficient))
            .OrderByDescending(at => MathF.Abs(at.Coefficient)).ThenBy(at => at.Sentence).ThenBy(at => at.Position)
                .Take(top)];
        var histogram = new long[CoefficientBins.Count];
        foreach (var at in all) histogram[CoefficientBins.Of(at.Coefficient)]++;
        var statistics = new CellStatistics(
            all.Length, all.Count(at => at.Coefficient > 0), all.Count(at => at.Coefficient < 0),
            Exact(all.Select(at => (double)at.Coefficient)),
            Exact(all.Select(at => (double)at.Coefficient * at.Coefficient)),
            all.Select(at => at.Coefficient).DefaultIfEmpty().Max(),
            all.Select(at => at.Coefficient).DefaultIfEmpty().Min());
        return new(
            layer, index, statistics, histogram, Top(m => m > 0), gated ? Top(m => m < 0) : [], Value(layer, index));
    }

    private static ExactSum Exact(IEnumerable<double> values) =>
        values.Aggregate(default(ExactSum), (sum, value) => sum + ExactSum.FromDouble(value));

    private CellValue Value(int layer, int index)
    {
        var random = new Random(HashCode(2, layer, index));
        ValueEnd End(int sign) => new(
            [
                .. Enumerable.Range(0, 3)
                    .Select(i => new ScoredToken(random.Next(Vocabulary.Length), sign * (3 - i + random.NextSingle()))),
            ],
            random.NextSingle(), sign * random.NextSingle() * 5);
        return new(random.NextSingle() + 0.5f, new(End(1), End(-1)), new(End(1), End(-1)));
    }

    private int HashCode(params long[] parts)
    {
        ulong hash = (ulong)seed * 0x9E3779B97F4A7C15;
        foreach (long part in parts) hash = ((hash ^ (ulong)part) * 0xBF58476D1CE4E5B9) ^ (hash >> 29);
        return (int)(hash >> 33);
    }

    internal sealed class Source : IAtlasSource
    {
        public required AtlasManifest Manifest { get; init; }
        public required IReadOnlyList<VocabularyToken> VocabularyList { get; init; }
        public required IReadOnlyList<AtlasCell> CellList { get; init; }
        public required IReadOnlyDictionary<long, AtlasSentence> SentenceList { get; init; }
        public IEnumerable<VocabularyToken> Vocabulary => VocabularyList;
        public IEnumerable<AtlasCell> Cells => CellList;
        public IEnumerable<AtlasSentence> Sentences(IReadOnlyList<long> ids) => ids.Select(id => SentenceList[id]);
    }
}

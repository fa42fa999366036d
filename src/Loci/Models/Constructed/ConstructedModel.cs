using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Loci.Memory.Numerics;
using Loci.Models.Blocks;
using Loci.Models.Weights;
using Loci.Tokenizers;

namespace Loci.Models.Constructed;

/// <summary>
/// A two-layer ReLU transformer whose keys and values are written by hand: key i fires on a known suffix or topic,
/// value i promotes a known token. Nothing is trained; every study has a known answer on it.
/// </summary>
/// <remarks>
/// The stream is a row of slots: the current token, the token before, the one before that, the bag of words so
/// far (each a one-hot of the vocabulary), the position, and the output. Layer 0's attention fetches the two
/// earlier tokens by position, its cells fire on suffixes of one and two tokens; layer 1's attention averages
/// the words, its cells fire on suffixes of three tokens and on topics. What is written late (bag, output) is
/// scaled down by <see cref="Faint"/>, so that the RMS norm stays that of the four ones to 1e-3 and
/// coefficients are the built ones to that accuracy.
/// </remarks>
public sealed class ConstructedModel
{
    private const int Context = 32;
    private const int Heads = 3;
    private const int CellsPerLayer = 48;
    private const float Epsilon = 1e-6f;

    /// <summary>Scale of the bag and output slots.</summary>
    private const float Faint = 1 / 64f;

    /// <summary>
    /// Gap of the attention scores: e^−200 is 0 in float32, so the right position gets all the weight.
    /// </summary>
    private const float ScoreGap = 200;

    private readonly int _v = ConstructedLanguage.Vocabulary.Count;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private ConstructedModel()
    {
        Tokenizer = WordLevelTokenizer.Create(
            ConstructedLanguage.Vocabulary, ConstructedLanguage.Unknown, ConstructedLanguage.BeginOfSequence);
        Cells = DefineCells();
        Transformer = Build();
        Hash = Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    /// <summary>The one constructed model.</summary>
    public static ConstructedModel Instance { get; } = new();

    /// <summary>The network.</summary>
    public Transformer Transformer { get; }

    /// <summary>Its word-level tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>What every cell was built to do, in order of layer and index.</summary>
    public IReadOnlyList<ConstructedCell> Cells { get; }

    /// <summary>SHA-256 over its weights, lowercase hexadecimal.</summary>
    public string Hash { get; }

    private int Current => 0;

    private int Previous => _v;

    private int Before => 2 * _v;

    private int Bag => 3 * _v;

    private int Position => 4 * _v;

    private int Output => Position + Context;

    private int Width => Output + _v;

    private int HeadSize => Math.Max(_v + _v % 2, Context);

    private List<ConstructedCell> DefineCells()
    {
        var cells = new List<ConstructedCell>();
        var last = ConstructedLanguage.Phrases;

        // Layer 0: a cell per noun that repeats it (its value agrees with the prefix, never with what follows) ...
        foreach (var (_, nouns, _) in ConstructedLanguage.Topics)
            foreach (string noun in nouns)
                Add(0, PatternKind.Suffix, [noun], noun);
        // ... and one per phrase of two words or three that promotes the word that always follows.
        foreach (string[] phrase in last.Where(p => p.Length == 2)) Add(0, PatternKind.Suffix, [phrase[0]], phrase[1]);
        foreach (string[] phrase in last.Where(p => p.Length == 3))
            Add(0, PatternKind.Suffix, [phrase[0], phrase[1]], phrase[2]);
        Fill(0);

        // Layer 1: the ends of phrases, and the topics, whose values promote the topic's name.
        Add(1, PatternKind.Suffix, ["once", "upon", "a"], "time");
        Add(1, PatternKind.Suffix, ["as", "soon", "as"], "possible");
        Add(1, PatternKind.Suffix, ["a", "time", ","], "the");
        foreach (var (name, nouns, verbs) in ConstructedLanguage.Topics)
            Add(1, PatternKind.Topic, [.. nouns, .. verbs], name);
        Fill(1);
        return cells;

        void Add(int layer, PatternKind kind, string[] pattern, string promotes) => cells.Add(new(
            new(layer, cells.Count(c => c.Cell.Layer == layer)), kind, [.. pattern.Select(Id)], Id(promotes)));

        void Fill(int layer)
        {
            while (cells.Count(c => c.Cell.Layer == layer) < CellsPerLayer) Add(layer, PatternKind.Dead, [], ".");
        }
    }

    private static int Id(string word)
    {
        for (int i = 0; i < ConstructedLanguage.Vocabulary.Count; i++)
            if (ConstructedLanguage.Vocabulary[i] == word)
                return i;
        throw new ArgumentException($"«{word}» is not a word of the constructed language.", nameof(word));
    }

    private Transformer Build()
    {
        var block = new BlockSpec
        {
            Mixer = new SoftmaxSpec { Heads = Heads, KeyValueHeads = Heads, HeadSize = HeadSize, Scale = 1 },
            Cells = new(CellsPerLayer, Activation.Relu, Gated: false, KeyBias: true),
        };
        var spec = new ModelSpec
        {
            Family = "constructed",
            Width = Width,
            Vocabulary = _v,
            Context = Context,
            Norm = NormKind.RmsNorm,
            NormEpsilon = Epsilon,
            Blocks = [block, block],
            Head = new(Tied: false),
            LearnedPositions = true,
            BeginOfSequence = Id(ConstructedLanguage.BeginOfSequence),
        };
        var embedding = new Weights(Width, _v);
        var output = new Weights(Width, _v);
        for (int t = 0; t < _v; t++)
        {
            embedding[Current + t, t] = 1;
            output[Output + t, t] = 8 / (Faint * Normed(4)); // one full coefficient is worth 8 nats
        }
        float[] positions = new float[Context * Width];
        for (int p = 0; p < Context; p++) positions[p * Width + Position + p] = 1;

        var weights = new Dictionary<(TensorRole Role, int Layer), float[]>
        {
            [(TensorRole.Embedding, -1)] = embedding.OutputsFirst(_hash),
            [(TensorRole.Output, -1)] = output.OutputsFirst(_hash),
            [(TensorRole.Positions, -1)] = positions,
        };
        var thresholds = new Dictionary<int, float[]>();
        for (int l = 0; l < 2; l++) thresholds[l] = Layer(l, weights);
        float[] ones = [.. Enumerable.Repeat(1f, Width)];
        return new(spec, TensorSource.Of(tensor =>
            tensor.IsBias
                ? thresholds[tensor.Layer]
                : weights.TryGetValue((tensor.Role, tensor.Layer), out float[]? numbers)
                ? numbers
                : ones));
    }

    // Fills in the matrices of a layer, and gives the thresholds of its cells. [cells]
    private float[] Layer(int l, Dictionary<(TensorRole Role, int Layer), float[]> weights)
    {
        int heads = Heads * HeadSize;
        var qkv = new Weights(Width, 3 * heads);
        var mixed = new Weights(heads, Width);
        if (l == 0)
        {
            FetchByPosition(qkv, mixed, head: 0, back: 1, slot: Previous);
            FetchByPosition(qkv, mixed, head: 1, back: 2, slot: Before);
        }
        else
        {
            AverageWords(qkv, mixed);
        }

        var keys = new Weights(Width, CellsPerLayer);
        var values = new Weights(CellsPerLayer, Width);
        float[] thresholds = new float[CellsPerLayer];
        int[] suffixSlots = [Current, Previous, Before];
        foreach (var cell in Cells.Where(c => c.Cell.Layer == l))
        {
            int i = cell.Cell.Index, n = cell.Pattern.Count;
            values[i, Output + cell.Promotes] = Faint;
            switch (cell.Kind)
            {
                case PatternKind.Suffix:
                    for (int j = 0; j < n; j++) keys[suffixSlots[j] + cell.Pattern[n - 1 - j], i] = 1 / Normed(4);
                    thresholds[i] = -(n - 0.5f); // all n must match
                    break;
                case PatternKind.Topic:
                    foreach (int word in cell.Pattern) keys[Bag + word, i] = 4 / (Faint * Normed(4));
                    thresholds[i] = (float)(-4 * ConstructedCell.TopicShare);
                    break;
                default:
                    thresholds[i] = -1;
                    break;
            }
        }
        float[] fused = qkv.OutputsFirst(_hash);                        // [queries | keys | values, width]
        foreach (var (role, part) in
            (ReadOnlySpan<(TensorRole, int)>)[(TensorRole.Query, 0), (TensorRole.Key, 1), (TensorRole.Value, 2)])
            weights[(role, l)] = fused[(part * heads * Width)..((part + 1) * heads * Width)];
        weights[(TensorRole.MixerOutput, l)] = mixed.OutputsFirst(_hash);
        weights[(TensorRole.Keys, l)] = keys.OutputsFirst(_hash);
        weights[(TensorRole.Values, l)] = values.OutputsFirst(_hash);
        return thresholds;
    }

    // The query at position p asks for p − back; the first positions ask for 0, the beginning of sequence.
    private void FetchByPosition(Weights qkv, Weights mixed, int head, int back, int slot)
    {
        float normed = Normed(2);
        int query = head * HeadSize, key = (Heads + head) * HeadSize;
        for (int p = 0; p < Context; p++)
        {
            qkv[Position + p, query + Math.Max(0, p - back)] = ScoreGap / (normed * normed);
            qkv[Position + p, key + p] = 1;
        }
        CopyWords(qkv, mixed, head, slot, 1 / normed);
    }

    // Zero queries and keys: every position weighs the same, and the mean of one-hots is the share of each word.
    private void AverageWords(Weights qkv, Weights mixed) => CopyWords(qkv, mixed, head: 0, Bag, Faint / Normed(4));

    private void CopyWords(Weights qkv, Weights mixed, int head, int slot, float scale)
    {
        int value = (2 * Heads + head) * HeadSize;
        for (int t = 0; t < _v; t++)
        {
            qkv[Current + t, value + t] = 1;
            mixed[head * HeadSize + t, slot + t] = scale;
        }
    }

    /// <summary>
    /// What a 1 in the stream becomes under the RMS norm when the stream holds <paramref name="ones"/> ones.
    /// </summary>
    private float Normed(int ones) => (float)(1 / Math.Sqrt((double)ones / Width + Epsilon));

    private sealed class Weights(int inputs, int outputs)
    {
        private readonly float[] _w = new float[inputs * outputs];

        public float this[int input, int output]
        {
            set => _w[input * outputs + output] = value;
        }

        /// <summary>[outputs, inputs]; what is hashed is [inputs, outputs].</summary>
        public float[] OutputsFirst(IncrementalHash hash)
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(_w));
            float[] turned = new float[_w.Length];
            for (int i = 0; i < inputs; i++)
                for (int o = 0; o < outputs; o++) turned[o * inputs + i] = _w[i * outputs + o];
            return turned;
        }
    }
}

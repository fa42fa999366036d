using System.Security.Cryptography;
using System.Text;
using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Studies.Statistics;

namespace Loci.Studies.Chance;

/// <summary>
/// What a study would find where there is nothing to find: the model with what it learned taken out of its weights, and
/// the text with what it says taken out of its order.
/// </summary>
public static class Nulls
{
    /// <summary>The model with the entries of every matrix permuted, so that each matrix keeps its exact distribution of weights.</summary>
    /// <remarks>
    /// Queries, keys and values of a fused matrix are permuted apart, learned positions and biases each among themselves. The norms'
    /// gains and biases are kept, an output tied to the embedding stays tied. Random weights are no untrained network: scales
    /// that training found, by matrix and by norm, stay.
    /// </remarks>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="seed">Decides the permutations.</param>
    public static Model RandomWeights(Model model, int seed)
    {
        var (spec, weights) = (model.Spec, model.Transformer.Weights);
        int stream = 0;
        var embedding = Permuted(weights.Embedding);
        var permuted = weights with
        {
            Embedding = embedding,
            Output = ReferenceEquals(weights.Output, weights.Embedding) ? embedding : Permuted(weights.Output),
            Positions = Shuffled(weights.Positions),
            Layers = [.. weights.Layers.Select(layer => layer with
            {
                QueryKeyValue = Permuted(layer.QueryKeyValue, spec.Heads * spec.HeadSize, (spec.Heads + spec.KeyValueHeads) * spec.HeadSize),
                QueryKeyValueBias = Shuffled(layer.QueryKeyValueBias),
                AttentionOutput = Permuted(layer.AttentionOutput),
                AttentionOutputBias = Shuffled(layer.AttentionOutputBias),
                Keys = Permuted(layer.Keys),
                KeyBias = Shuffled(layer.KeyBias),
                GateKeys = layer.GateKeys is { } gate ? Permuted(gate) : null,
                Values = Permuted(layer.Values),
                ValueBias = Shuffled(layer.ValueBias),
            })],
        };
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{model.Identity} permuted {seed}")));
        return new($"{model.Name} with random weights", new Transformer(spec, permuted), model.Tokenizer, hash);

        float[] Shuffled(float[] values)
        {
            float[] copy = [.. values];
            Random().Shuffle(copy);
            return copy;
        }

        PackedMatrix Permuted(PackedMatrix matrix, params ReadOnlySpan<int> cuts)
        {
            long length = (long)matrix.Inputs * matrix.Outputs;
            if (length > Array.MaxLength)
                throw new UnsupportedException($"{model.Name} has a matrix of {length:N0} weights, more than {Array.MaxLength:N0}: too many to permute in memory.");
            float[] rows = new float[length];                           // [outputs, inputs]
            for (int o = 0; o < matrix.Outputs; o++) matrix.CopyOutput(o, rows.AsSpan(o * matrix.Inputs, matrix.Inputs));
            int from = 0;
            foreach (int cut in (int[])[.. cuts, matrix.Outputs])
            {
                int to = Math.Clamp(cut, from, matrix.Outputs);
                Random().Shuffle(rows.AsSpan(from * matrix.Inputs, (to - from) * matrix.Inputs));
                from = to;
            }
            return Pack(rows, matrix);
        }

        Random Random() => new(Sampling.Seed(seed, stream++));
    }

    /// <summary>The text with its tokens permuted over all sentences: how often each token occurs and the lengths of sentences are kept.</summary>
    /// <param name="text">The text; it is not changed.</param>
    /// <param name="seed">Decides the permutation.</param>
    public static StudyText ShuffledText(StudyText text, int seed)
    {
        int[] tokens = text.Tokens.ToArray();
        new Random(seed).Shuffle(tokens);
        int start = 0;
        return StudyText.Of(Enumerable.Range(0, text.Count).Select(sentence =>
        {
            int from = start;
            start += text[sentence].Length;
            return tokens[from..start];
        }));
    }

    // The weights as they were held: a 16-bit matrix widened and narrowed is the same 16 bits.
    private static PackedMatrix Pack(float[] rows, PackedMatrix like) => like.Format switch
    {
        WeightFormat.Float32 => PackedMatrix.Pack(rows, like.Inputs, like.Outputs, outputsFirst: true),
        var format => PackedMatrix.Pack(
            [.. rows.Select(w => format == WeightFormat.BFloat16
                ? (ushort)(BitConverter.SingleToUInt32Bits(w) >> 16)
                : BitConverter.HalfToUInt16Bits((Half)w))],
            format, like.Inputs, like.Outputs, outputsFirst: true),
    };
}

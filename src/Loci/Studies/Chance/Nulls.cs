using System.Security.Cryptography;
using System.Text;
using Loci.Memory.Numerics;
using Loci.Models;
using Loci.Models.Weights;
using Loci.Studies.Statistics;

namespace Loci.Studies.Chance;

/// <summary>
/// What a study would find where there is nothing to find: the model with what it learned taken out of its weights, and
/// the text with what it says taken out of its order.
/// </summary>
public static class Nulls
{
    /// <summary>
    /// The model with the entries of every matrix permuted, so that each matrix keeps its exact distribution of
    /// weights.
    /// </summary>
    /// <remarks>
    /// Every tensor is permuted within itself, whatever it is stored with: queries, keys, values, gates and strengths
    /// apart, learned positions, convolutions and biases each among themselves. Gains and biases of norms and the rates
    /// of decay are kept, an output tied to the embedding stays tied. Random weights are no untrained network: scales
    /// that training found, by matrix and by norm, stay.
    /// </remarks>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="seed">Decides the permutations.</param>
    public static Model RandomWeights(Model model, int seed)
    {
        var transformer = model.Transformer;
        int stream = 0;
        var permuted = new Transformer(model.Spec, TensorSource.Of(Permuted, transformer.FormatOf));
        string hash = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.ASCII.GetBytes($"{model.Identity} permuted {seed}")));
        return model.With(permuted, $"{model.Name} with random weights", hash);

        float[] Permuted(TensorSlot tensor)
        {
            float[] numbers = transformer.Read(tensor);
            if (IsPermuted(tensor)) Sampling.Generator(Sampling.Seed(seed, stream++)).Shuffle(numbers);
            return numbers;
        }
    }

    /// <summary>
    /// True for the tensors that <see cref="RandomWeights"/> permutes: every matrix and convolution, positions, and
    /// biases of products.
    /// </summary>
    public static bool IsPermuted(TensorSlot tensor) =>
        tensor.IsMatrix || tensor.Shape.Length > 1 || tensor.IsBias && tensor.Role is
        TensorRole.Query or TensorRole.Key or TensorRole.Value or TensorRole.MixerOutput or TensorRole.Keys
        or TensorRole.Values or TensorRole.Output;

    /// <summary>
    /// The text with its tokens permuted over all sentences: how often each token occurs and the lengths of sentences
    /// are kept.
    /// </summary>
    /// <param name="text">The text; it is not changed.</param>
    /// <param name="seed">Decides the permutation.</param>
    public static StudyText ShuffledText(StudyText text, int seed)
    {
        int[] tokens = text.Tokens.ToArray();
        // The study's seed as it is: the published shuffled texts. Nothing else draws from it.
        RandomStream.Kept(seed, "shuffled text").Shuffle(tokens);
        int start = 0;
        return StudyText.Of(Enumerable.Range(0, text.Count).Select(sentence =>
        {
            int from = start;
            start += text[sentence].Length;
            return tokens[from..start];
        }));
    }
}

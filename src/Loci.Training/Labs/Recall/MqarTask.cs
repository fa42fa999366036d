using Loci.Memory.Numerics;
using static TorchSharp.torch;

namespace Loci.Training.Labs.Recall;

/// <summary>
/// Multi-query associative recall as in Arora et al. 2023 (Zoology, arXiv 2312.04927): pairs key value key value …,
/// then every key asked for once. Keys are of the vocabulary's lower half (0 is none), values of the upper half,
/// neither repeats in a text. Questions stand at even distances behind the pairs, near ones first by a power law; all
/// other places hold random tokens, and the answer itself is not part of the text. Unlike there, no text comes twice.
/// </summary>
internal sealed class MqarTask : IRecallTask
{
    private const double Power = 0.01; // of the distances: p(i) ~ i^(Power − 1)

    private readonly Random _random;
    private readonly int _vocabulary, _pairs, _length;

    /// <param name="vocabulary">Tokens.</param>
    /// <param name="pairs">Pairs of a text.</param>
    /// <param name="length">L: at least four times the pairs, even.</param>
    /// <param name="seed">Of the draws.</param>
    /// <exception cref="ArgumentException">The pairs do not fit.</exception>
    public MqarTask(int vocabulary, int pairs, int length, int seed)
    {
        if (pairs < 1 || vocabulary / 2 - 1 < pairs)
            throw new ArgumentException(
                $"{pairs} pairs: a vocabulary of {vocabulary} has {Math.Max(0, vocabulary / 2 - 1)} keys, and at "
                + $"least one pair is needed");
        if (length % 2 != 0 || length < 4 * pairs)
            throw new ArgumentException(
                $"{pairs} pairs and a question for each need an even length of at least {4 * pairs}, not {length}");
        (_vocabulary, _pairs, _length) = (vocabulary, pairs, length);
        // The texts of the published tables: they stay.
        _random = RandomStream.Kept(seed, "recall texts");
    }

    public RecallBatch Draw(int batch)
    {
        long[] tokens = new long[batch * _length], rows = new long[batch * _pairs], answers = new long[batch * _pairs];
        int half = _vocabulary / 2;
        int[] keys = [.. Enumerable.Range(1, half - 1)], values = [.. Enumerable.Range(half, _vocabulary - half)];
        for (int b = 0; b < batch; b++)
        {
            _random.Shuffle(keys);
            _random.Shuffle(values);
            Span<long> text = tokens.AsSpan(b * _length, _length);
            foreach (ref long token in text) token = _random.Next(_vocabulary);
            int[] places = Places();
            for (int i = 0; i < _pairs; i++)
            {
                int question = 2 * (_pairs + places[i]);
                (text[2 * i], text[2 * i + 1], text[question]) = (keys[i], values[i], keys[i]);
                (rows[b * _pairs + i], answers[b * _pairs + i]) = (b * _length + question, values[i]);
            }
        }
        return new(tensor(tokens, batch, _length), tensor(rows), tensor(answers, batch * _pairs, 1));
    }

    // Different places for the questions, drawn by weight one after the other: the largest of log(u)/weight (Efraimidis
    // & Spirakis 2006).
    private int[] Places()
    {
        int[] places = [.. Enumerable.Range(0, _length / 2 - _pairs)];
        double[] order = [.. places.Select(i => -Math.Log(1 - _random.NextDouble()) * Math.Pow(i + 1, 1 - Power))];
        Array.Sort(order, places);
        return places[.._pairs];
    }
}

using Loci.Memory.Numerics;

namespace Loci.Bench;

/// <summary>
/// Sentences without meaning, of realistic lengths and token frequencies: lengths are log-normal with mean 25 and
/// median 22 tokens, the frequency of a token falls with its rank (Zipf).
/// </summary>
internal static class RandomSentences
{
    private const double MedianLength = 22, Spread = 0.5;
    private const int Longest = 200;

    /// <summary>So many sentences from a seed.</summary>
    public static List<int[]> Make(int count, int vocabulary, int seed)
    {
        var random = RandomStream.Of(seed, "sentences");
        var sentences = new List<int[]>(count);
        for (int s = 0; s < count; s++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                * Math.Cos(2 * Math.PI * random.NextDouble());
            int[] tokens = new int[(int)Math.Clamp(Math.Round(MedianLength * Math.Exp(Spread * normal)), 2, Longest)];
            for (int i = 0; i < tokens.Length; i++)
                tokens[i] = (int)Math.Pow(vocabulary, random.NextDouble()) - 1;
            sentences.Add(tokens);
        }
        return sentences;
    }

    /// <summary>
    /// Batches of neighbours in length, so that padding is rare: a batch takes sentences, longest first, while their
    /// padded rows stay within the limit.
    /// </summary>
    public static List<List<int[]>> Batches(IEnumerable<int[]> sentences, int rows)
    {
        var batches = new List<List<int[]>>();
        foreach (int[] sentence in sentences.OrderByDescending(sentence => sentence.Length))
        {
            if (batches is not [.., var last] || (last.Count + 1) * last[0].Length > rows) batches.Add(last = []);
            last.Add(sentence);
        }
        return batches;
    }
}

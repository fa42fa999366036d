using Loci.Studies.Statistics;

namespace Loci.Studies.Patterns;

/// <summary>
/// What a text is about, found from the text alone: directions in which words vary together over neighbouring sentences
/// (latent semantic analysis, Deerwester and others 1990). A word that no trigger holds still belongs to a topic by the
/// company it keeps.
/// </summary>
/// <remarks>
/// A context is a sentence with the one before and the one after it, as a bag of different words weighted by idf, of
/// length one.
/// The topics are the leading right singular vectors of contexts × words, by subspace iteration from a seeded start.
/// Cells have no part in it, so that nothing is fitted to them here.
/// </remarks>
internal sealed class LatentTopics
{
    /// <summary>Dimensions. The first is what all contexts have in common.</summary>
    public const int Count = 16;

    private const int Rounds = 12, LeastContexts = 5, ShortestWord = 3;

    private readonly WordText _words;
    private readonly StudyText _text;
    private readonly Dictionary<int, double[]> _directions = [];        // word → idf times its part of each topic

    /// <param name="text">The text.</param>
    /// <param name="words">Its words.</param>
    /// <param name="seed">Where the iteration starts.</param>
    public LatentTopics(StudyText text, WordText words, int seed)
    {
        (_text, _words) = (text, words);
        int[][] sentences = [.. Enumerable.Range(0, text.Count).Select(s =>
            words.Of(new(s, text[s].Length - 1)).Where(word => words.Words[word].Length >= ShortestWord).Order()
                .ToArray())];
        int[][] contexts = [.. Enumerable.Range(0, text.Count).Select(s => (int[])
            [
                .. Enumerable.Range(Math.Max(0, s - 1), Math.Min(text.Count, s + 2) - Math.Max(0, s - 1))
                    .SelectMany(n => sentences[n]).Distinct(),
            ])];
        Dictionary<int, int> column = [];
        List<double> idf = [];
        foreach (var (word, count) in contexts.SelectMany(c => c).CountBy(word => word).OrderBy(c => c.Key))
            if (count >= LeastContexts)
            {
                column.Add(word, idf.Count);
                idf.Add(Math.Log((double)text.Count / count));
            }
        (int Column, double Weight)[][] rows = [.. contexts.Select(context =>
        {
            int[] kept = [.. context.Where(column.ContainsKey).Select(word => column[word])];
            double length = Math.Sqrt(kept.Sum(c => idf[c] * idf[c]));
            return kept.Where(_ => length > 0).Select(c => (c, idf[c] / length)).ToArray();
        })];
        double[,] topics = Leading(rows, idf.Count, seed);
        foreach (var (word, c) in column)
            _directions.Add(word, [.. Enumerable.Range(0, Count).Select(k => idf[c] * topics[c, k])]);
    }

    /// <summary>
    /// How much of each topic a prefix holds: the mean of the directions of its words, without the last word, so that a
    /// phrase at the end is not its topic.
    /// </summary>
    public double[] Of(Prefix prefix)
    {
        double[] sum = new double[Count];
        int last = _words.Open(_text.IndexOf(prefix)), counted = 0;
        foreach (int word in _words.Of(prefix))
        {
            if (word == last || !_directions.TryGetValue(word, out double[]? direction)) continue;
            counted++;
            for (int k = 0; k < Count; k++) sum[k] += direction[k];
        }
        for (int k = 0; k < Count && counted > 0; k++) sum[k] /= counted;
        return sum;
    }

    /// <summary>The words that lie farthest along a direction of the topics.</summary>
    public IEnumerable<string> Words(double[] direction, int count) => _directions
        .OrderByDescending(word => Enumerable.Range(0, Count).Sum(k => word.Value[k] * direction[k]))
            .ThenBy(word => word.Key)
        .Take(count).Select(word => _words.Words[word.Key]);

    private static double[,] Leading((int Column, double Weight)[][] rows, int columns, int seed)
    {
        var random = Sampling.Of(seed, "topics");
        double[,] q = new double[columns, Count];
        for (int c = 0; c < columns; c++)
            for (int k = 0; k < Count; k++)
                q[c, k] = random.NextDouble() - 0.5;
        Orthonormalise(q);
        double[] projection = new double[Count];
        for (int round = 0; round < Rounds; round++)
        {
            double[,] next = new double[columns, Count];
            foreach (var row in rows)
            {
                Array.Clear(projection);
                foreach (var (c, weight) in row)
                    for (int k = 0; k < Count; k++)
                        projection[k] += weight * q[c, k];
                foreach (var (c, weight) in row)
                    for (int k = 0; k < Count; k++)
                        next[c, k] += weight * projection[k];
            }
            Orthonormalise(next);
            q = next;
        }
        return q;
    }

    /// <summary>Gram and Schmidt; a column that depends on those before becomes zero.</summary>
    private static void Orthonormalise(double[,] q)
    {
        int rows = q.GetLength(0);
        for (int k = 0; k < Count; k++)
        {
            double before = Dot(k, k);
            for (int j = 0; j < k; j++)
            {
                double part = Dot(j, k);
                for (int r = 0; r < rows; r++) q[r, k] -= part * q[r, j];
            }
            double length = Dot(k, k), scale = length > 1e-20 * before && length > 0 ? 1 / Math.Sqrt(length) : 0;
            for (int r = 0; r < rows; r++) q[r, k] *= scale;
        }

        double Dot(int a, int b)
        {
            double sum = 0;
            for (int r = 0; r < rows; r++) sum += q[r, a] * q[r, b];
            return sum;
        }
    }
}

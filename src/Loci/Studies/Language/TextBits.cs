using System.IO.Compression;
using System.Text;
using Loci.Models;

namespace Loci.Studies.Language;

/// <summary>
/// How many bits a text takes, told by a language model and by those it should beat: the same documents, the same
/// characters.
/// </summary>
public static class TextBits
{
    /// <summary>
    /// Bits of documents by a model: minus the sum of log₂ p of all tokens behind the begin token. Longer documents
    /// than the context are read in windows that overlap by half.
    /// </summary>
    /// <param name="model">A model with a tokenizer.</param>
    /// <param name="documents">The documents, one line end between their lines.</param>
    /// <param name="compute">Threads to use, and what ends it early.</param>
    /// <param name="progress">Told how many documents are read.</param>
    public static double Of(
        Model model, IReadOnlyList<string> documents, Compute compute = default, IProgress<int>? progress = null)
    {
        var (spec, workspace) = (model.Spec, new Workspace(model.Spec));
        int context = Math.Min(spec.Context, spec.TrainedLength ?? spec.Context), stride = context / 2;
        double bits = 0;
        for (int d = 0; d < documents.Count; d++)
        {
            int[] tokens = [.. model.Encode(documents[d])];
            for (int at = 1; at < tokens.Length; at += stride)
            {
                int start = Math.Max(1, at - (context - 1 - stride)), end = Math.Min(tokens.Length, at + stride);
                int[] window = [tokens[0], .. tokens[start..end]];
                bits += Bits(model.Transformer, workspace, window, at - start + 1, compute);
            }
            progress?.Report(d + 1);
        }
        return bits;
    }

    /// <summary>The same by an n-gram model over the same tokens, counted in other documents.</summary>
    /// <param name="model">Whose tokens.</param>
    /// <param name="order">n.</param>
    /// <param name="learned">Documents that are counted.</param>
    /// <param name="documents">Documents that are told.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static double OfNGrams(
        Model model, int order, IReadOnlyList<string> learned, IReadOnlyList<string> documents,
        CancellationToken cancellation = default)
    {
        var counts = new NGramModel(order, model.Spec.Vocabulary);
        foreach (string document in learned)
        {
            cancellation.ThrowIfCancellationRequested();
            counts.Learn([.. model.Encode(document)]);
        }
        double bits = 0;
        foreach (string document in documents)
        {
            int[] tokens = [.. model.Encode(document)];
            for (int at = 1; at < tokens.Length; at++) bits -= Math.Log2(counts.Probability(tokens, at));
        }
        return bits;
    }

    /// <summary>Bits of documents in gzip, a blank line between them.</summary>
    public static long OfGzip(IEnumerable<string> documents)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.SmallestSize, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(string.Join("\n\n", documents)));
        return 8 * file.Length;
    }

    private static double Bits(
        Transformer transformer, Workspace workspace, int[] window, int first, Compute compute)
    {
        int vocabulary = transformer.Spec.Vocabulary, width = transformer.Spec.Width, rows = window.Length - first;
        transformer.Forward(Batch.Of(window), workspace, compute: compute);
        float[] logits = new float[rows * vocabulary];                  // [tokens told, vocabulary]
        transformer.Logits(
            workspace.Stream(window.Length).Slice((first - 1) * width, rows * width), logits, compute);
        double bits = 0;
        for (int i = 0; i < rows; i++)
        {
            var row = logits.AsSpan(i * vocabulary, vocabulary);
            float told = row[window[first + i]];
            double sum = 0;
            foreach (float logit in row) sum += Math.Exp(logit - told);
            bits += Math.Log2(sum);
        }
        return bits;
    }
}

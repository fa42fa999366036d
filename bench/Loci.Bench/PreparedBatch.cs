using Loci.Models;
using static TorchSharp.torch;

namespace Loci.Bench;

/// <summary>The same sentences for both engines: end to end for ours, padded to the longest for Torch.</summary>
internal sealed class PreparedBatch : IDisposable
{
    public PreparedBatch(IReadOnlyList<int[]> sentences)
    {
        int longest = sentences.Max(sentence => sentence.Length);
        long[] padded = new long[sentences.Count * longest];
        var real = new List<long>();
        for (int s = 0; s < sentences.Count; s++)
        {
            Ours.Add(sentences[s]);
            for (int i = 0; i < sentences[s].Length; i++)
            {
                padded[s * longest + i] = sentences[s][i];
                real.Add(s * longest + i);
            }
        }
        Padded = tensor(padded, sentences.Count, longest);
        RealRows = tensor(real.ToArray());
    }

    public Batch Ours { get; } = new();

    /// <summary>[sentences, longest]</summary>
    public Tensor Padded { get; }

    /// <summary>Which rows of the padded batch are real tokens. [tokens]</summary>
    public Tensor RealRows { get; }

    public int Tokens => Ours.Rows;

    public double Padding => 1 - (double)Tokens / Padded.NumberOfElements;

    public void Dispose()
    {
        Padded.Dispose();
        RealRows.Dispose();
    }
}

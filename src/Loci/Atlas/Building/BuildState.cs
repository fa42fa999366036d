using Loci.Memory.Recall;
using Loci.Models;
using Loci.Text;

namespace Loci.Atlas.Building;

/// <summary>
/// What a build has seen so far: the recall of every layer, next-token counts, and how many sentences. A commutative
/// monoid, as its parts are: the order and grouping of sentences leave no trace.
/// </summary>
internal sealed class BuildState
{
    private BuildState(LayerRecall[] layers, long[] nextTokens) => (Layers, NextTokens) = (layers, nextTokens);

    /// <summary>A state that has seen nothing.</summary>
    public BuildState(ModelSpec spec, int top)
        : this(
            [.. spec.Blocks.Select(block => new LayerRecall(block.Cells.Count, top, block.Cells.Gated))],
            new long[spec.Vocabulary])
    {
    }

    /// <summary>The recall of every layer.</summary>
    public LayerRecall[] Layers { get; }

    /// <summary>How many prefixes each token followed. [vocabulary]</summary>
    public long[] NextTokens { get; }

    /// <summary>Sentences seen.</summary>
    public long Sentences { get; private set; }

    /// <summary>Prefixes seen.</summary>
    public long Prefixes { get; private set; }

    /// <summary>Sentences that were longer than the context.</summary>
    public long SentencesCut { get; private set; }

    /// <summary>Counts a sentence; its coefficients go to <see cref="Layers"/>.</summary>
    public void Take(TokenizedSentence sentence)
    {
        Sentences++;
        Prefixes += sentence.Tokens.Length;
        if (sentence.Cut) SentencesCut++;
        foreach (int token in sentence.Tokens.AsSpan(Math.Min(1, sentence.Tokens.Length))) NextTokens[token]++;
    }

    /// <summary>Takes in all another state has seen; the other is left as it is.</summary>
    public void Merge(BuildState other)
    {
        for (int l = 0; l < Layers.Length; l++) Layers[l].Merge(other.Layers[l]);
        for (int t = 0; t < NextTokens.Length; t++) NextTokens[t] += other.NextTokens[t];
        Sentences += other.Sentences;
        Prefixes += other.Prefixes;
        SentencesCut += other.SentencesCut;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Sentences);
        writer.Write(Prefixes);
        writer.Write(SentencesCut);
        foreach (long count in NextTokens) writer.Write(count);
        writer.Flush();
        foreach (var layer in Layers) layer.Save(writer.BaseStream);
    }

    /// <summary>Reads a state of a model's shape.</summary>
    /// <exception cref="InvalidDataException">The bytes are no state of this model with this t.</exception>
    public static BuildState Load(BinaryReader reader, ModelSpec spec, int top)
    {
        long sentences = reader.ReadInt64(), prefixes = reader.ReadInt64(), cut = reader.ReadInt64();
        long[] nextTokens = new long[spec.Vocabulary];
        for (int t = 0; t < nextTokens.Length; t++) nextTokens[t] = reader.ReadInt64();
        var layers = new LayerRecall[spec.Layers];
        for (int l = 0; l < layers.Length; l++)
        {
            layers[l] = LayerRecall.Load(reader.BaseStream);
            if ((layers[l].Cells, layers[l].Capacity, layers[l].Signed) != (spec.Blocks[l].Cells.Count, top,
                spec.Blocks[l].Cells.Gated))
                throw new InvalidDataException($"layer {l} has another shape");
        }
        return new(layers, nextTokens) { Sentences = sentences, Prefixes = prefixes, SentencesCut = cut };
    }
}

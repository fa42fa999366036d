using System.Globalization;
using Loci.Models.Blocks;
using Loci.Models.Weights;

namespace Loci.Models.Families;

/// <summary>How a checkpoint holds queries, keys and values.</summary>
internal enum QueryKeyValueLayout
{
    /// <summary>Three tensors.</summary>
    Separate,

    /// <summary>One tensor: all queries, all keys, all values (GPT-2).</summary>
    Fused,

    /// <summary>
    /// One tensor: for every key-value head its queries, its key and its value (GPT-NeoX, Falcon 40B).
    /// </summary>
    FusedByGroup,
}

/// <summary>
/// What a family calls its tensors. Names are without <c>.weight</c> and <c>.bias</c>; <c>{0}</c> is the layer.
/// </summary>
internal sealed record TensorNames
{
    /// <summary>A prefix some checkpoints carry on every name but the output's, and others leave out.</summary>
    public required string Prefix { get; init; }

    public required string Embedding { get; init; }

    public string? Positions { get; init; }

    public string? EmbeddingNorm { get; init; }

    public required string FinalNorm { get; init; }

    /// <summary>The output embedding, which never carries the prefix.</summary>
    public required string Output { get; init; }

    public required string AttentionNorm { get; init; }

    public string? PostAttentionNorm { get; init; }

    /// <summary>Query, key and value, or the one tensor of all three.</summary>
    public required IReadOnlyList<string> QueryKeyValue { get; init; }

    public QueryKeyValueLayout Layout { get; init; } = QueryKeyValueLayout.Separate;

    public string? QueryNorm { get; init; }

    public string? KeyNorm { get; init; }

    public required string AttentionOutput { get; init; }

    public required string FeedForwardNorm { get; init; }

    public string? PostFeedForwardNorm { get; init; }

    public required string Keys { get; init; }

    /// <summary>The selector keys of gated cells; with the name of the content keys, both stand in one tensor,
    /// selectors first.</summary>
    public string? GateKeys { get; init; }

    public required string Values { get; init; }

    /// <summary>What layers with experts have; null where there is no such layer.</summary>
    public ExpertNames? Experts { get; init; }

    /// <summary>
    /// What the attention of fast-weight layers has beside queries, keys, values and output; null
    /// where there is no such layer.
    /// </summary>
    public FastWeightNames? FastWeight { get; init; }

    /// <summary>True where matrices stand as [inputs, outputs] (GPT-2's Conv1D).</summary>
    public bool InputsFirst { get; init; }

    /// <summary>True where a norm's gain is one plus its tensor (Gemma).</summary>
    public bool GainsAreOffsets { get; init; }

    /// <summary>True where attention and cells that stand side by side read through one norm.</summary>
    public bool ParallelSharesNorm { get; init; }

    /// <summary>
    /// True where the rows of queries and keys stand so that rotary pairs (i, i + size/2) are neighbours (GGUF's
    /// llama).
    /// </summary>
    public bool PairsAreNeighbours { get; init; }

    /// <summary>Endings of tensors that carry nothing the forward pass needs: masks, rotary tables.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>
    /// The names in a model of a spec, where they depend on it: given whether a checkpoint holds a tensor of a name, or
    /// null where one is to be written.
    /// </summary>
    public Func<ModelSpec, Func<string, bool>?, TensorNames>? Variant { get; init; }

    /// <summary>The names in a model of a spec.</summary>
    /// <param name="spec">The model.</param>
    /// <param name="holds">Whether a checkpoint holds a tensor of a name; null where one is to be written.</param>
    public TensorNames For(ModelSpec spec, Func<string, bool>? holds = null)
    {
        var names = Variant?.Invoke(spec, holds) ?? this;
        return names.ParallelSharesNorm && spec.Blocks.All(block => block.Parallel)
            ? names with { FeedForwardNorm = names.AttentionNorm }
            : names;
    }

    /// <summary>What a tensor is called; of a tensor that is stored fused with others, the name of the whole.</summary>
    public string Of(TensorSlot tensor)
    {
        string stem = Stem(tensor.Role)
            .Replace("{0}", tensor.Layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        string ending = tensor.Role is TensorRole.DecayRateLog or TensorRole.DecayBias
            ? ""
            : tensor.IsBias
            ? ".bias"
            : ".weight";
        return $"{(tensor.Role == TensorRole.Output ? "" : Prefix)}{stem}{ending}";
    }

    /// <summary>The tensor that holds several in one piece, if this is a part of one.</summary>
    public FusedTensor? FusedOf(TensorSlot tensor, ModelSpec spec)
    {
        int inputs = tensor.IsBias ? 0 : spec.Width;
        return tensor.Role switch
        {
            TensorRole.Query or TensorRole.Key or TensorRole.Value
                when Layout != QueryKeyValueLayout.Separate && spec.Blocks[tensor.Layer].Mixer is SoftmaxSpec softmax =>
                FusedTensor.QueryKeyValue(
                    Of(tensor), Layout, softmax.Heads, softmax.KeyValueHeads, softmax.HeadSize, inputs),
            TensorRole.Keys or TensorRole.GateKeys when Keys == GateKeys =>
                FusedTensor.GateAndContent(Of(tensor), spec.Blocks[tensor.Layer].Cells.Count, inputs),
            _ => null,
        };
    }

    /// <summary>
    /// What the keys or values of a layer with experts are put together from, in the order of the cells; null where
    /// they are a tensor of their own.
    /// </summary>
    public IEnumerable<ExpertPiece>? PiecesOf(TensorSlot tensor, ModelSpec spec)
    {
        if (Experts is null || tensor.Role is not (TensorRole.Keys or TensorRole.GateKeys or TensorRole.Values)
            || spec.Blocks[tensor.Layer].Cells is not { Experts: { } experts } cells) return null;
        return Pieces(Experts, experts, (cells.Count - experts.SharedCells) / experts.Count);

        IEnumerable<ExpertPiece> Pieces(ExpertNames names, ExpertsSpec experts, int size)
        {
            bool areValues = tensor.Role == TensorRole.Values;
            int width = spec.Width;
            var (own, shared) = tensor.Role switch
            {
                TensorRole.Keys => (names.Keys, names.SharedKeys),
                TensorRole.GateKeys => (names.GateKeys, names.SharedGateKeys),
                _ => (names.Values, names.SharedValues),
            };
            for (int e = 0; e < experts.Count; e++)
                yield return names.Stacked
                    ? new(
                        Named(own, e), areValues ? [experts.Count, width, size] : [experts.Count, 2 * size, width],
                        e * size, size,
                        areValues ? e * width * size
                            : (2 * e + (tensor.Role == TensorRole.Keys ? 1 : 0)) * size * width)
                    : new(Named(own, e), areValues ? [width, size] : [size, width], e * size, size, Offset: 0);
            int left = experts.SharedCells;
            if (left > 0)
                yield return new(
                    Named(shared!, 0), areValues ? [width, left] : [left, width], experts.Count * size, left,
                    Offset: 0);
        }

        string Named(string name, int expert) => Prefix + name
            .Replace("{0}", tensor.Layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{1}", expert.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) + ".weight";
    }

    /// <summary>True where a matrix stands as [inputs, outputs].</summary>
    public bool IsInputsFirst(TensorSlot tensor) =>
        InputsFirst && tensor.IsMatrix && tensor.Role is not (TensorRole.Embedding or TensorRole.Output);

    /// <summary>True where a norm's gain is one plus what is stored.</summary>
    public bool IsOffsetGain(TensorSlot tensor) => GainsAreOffsets && !tensor.IsBias && tensor.Role is
        TensorRole.EmbeddingNorm or TensorRole.MixerNorm or TensorRole.QueryNorm or TensorRole.KeyNorm
        or TensorRole.MixerOutputNorm
        or TensorRole.CellsNorm or TensorRole.CellsOutputNorm
        or TensorRole.FinalNorm;

    /// <summary>Which stored row each row of a tensor is, where they stand in another order; else null.</summary>
    public int[]? RowsOf(TensorSlot tensor, ModelSpec spec)
    {
        if (!PairsAreNeighbours || tensor.Role is not (TensorRole.Query or TensorRole.Key)
            || spec.Blocks[tensor.Layer].Mixer is not SoftmaxSpec { Rotary: { Interleaved: false } } softmax)
            return null;
        int size = softmax.HeadSize, half = size / 2;
        return [.. Enumerable.Range(0, (int)tensor.Shape[0]).Select(
            row => row / size * size + row % half * 2 + row % size / half)];
    }

    private string Stem(TensorRole role) => role switch
    {
        TensorRole.Embedding => Embedding,
        TensorRole.Positions => Positions,
        TensorRole.EmbeddingNorm => EmbeddingNorm,
        TensorRole.MixerNorm => AttentionNorm,
        TensorRole.Query => QueryKeyValue[0],
        TensorRole.Key => QueryKeyValue[Layout == QueryKeyValueLayout.Separate ? 1 : 0],
        TensorRole.Value => QueryKeyValue[Layout == QueryKeyValueLayout.Separate ? 2 : 0],
        TensorRole.QueryNorm => QueryNorm,
        TensorRole.KeyNorm => KeyNorm,
        TensorRole.Gate => FastWeight?.Gate,
        TensorRole.Strength => FastWeight?.Strength,
        TensorRole.Decay => FastWeight?.Decay,
        TensorRole.DecayRateLog => FastWeight?.DecayRateLog,
        TensorRole.DecayBias => FastWeight?.DecayBias,
        TensorRole.QueryConvolution => FastWeight?.Convolutions[0],
        TensorRole.KeyConvolution => FastWeight?.Convolutions[1],
        TensorRole.ValueConvolution => FastWeight?.Convolutions[2],
        TensorRole.ReadNorm => FastWeight?.OutputNorm,
        TensorRole.MixerOutput => AttentionOutput,
        TensorRole.MixerOutputNorm => PostAttentionNorm,
        TensorRole.CellsNorm => FeedForwardNorm,
        TensorRole.Keys => Keys,
        TensorRole.GateKeys => GateKeys,
        TensorRole.Router => Experts?.Router,
        TensorRole.SharedGate => Experts?.SharedGate,
        TensorRole.Values => Values,
        TensorRole.CellsOutputNorm => PostFeedForwardNorm,
        TensorRole.FinalNorm => FinalNorm,
        TensorRole.Output => Output,
        _ => null,
    } ?? throw new UnsupportedException($"This family has no name for a tensor of the kind {role}.");
}

/// <summary>Names of what fast-weight layers alone have; used where the spec says so.</summary>
internal sealed record FastWeightNames
{
    public required string Gate { get; init; }

    /// <summary>The weights of β.</summary>
    public required string Strength { get; init; }

    /// <summary>The weights of α.</summary>
    public required string Decay { get; init; }

    /// <summary>A vector [heads]: the logarithm of α's rate; the full name.</summary>
    public required string DecayRateLog { get; init; }

    /// <summary>A vector [heads] added before the softplus; the full name.</summary>
    public required string DecayBias { get; init; }

    /// <summary>The convolutions of queries, keys and values, each [channels, 1, size].</summary>
    public required IReadOnlyList<string> Convolutions { get; init; }

    public required string OutputNorm { get; init; }
}

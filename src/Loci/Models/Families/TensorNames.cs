namespace Loci.Models.Families;

/// <summary>How a checkpoint holds queries, keys and values.</summary>
internal enum QueryKeyValueLayout
{
    /// <summary>Three tensors.</summary>
    Separate,

    /// <summary>One tensor: all queries, all keys, all values (GPT-2).</summary>
    Fused,

    /// <summary>One tensor: for every head its query, key and value (GPT-NeoX).</summary>
    FusedByHead,
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

    public string? GateKeys { get; init; }

    public required string Values { get; init; }

    /// <summary>What the attention of fast-weight layers has beside queries, keys, values and output; null where there is no such layer.</summary>
    public FastWeightNames? FastWeight { get; init; }

    /// <summary>True where matrices stand as [inputs, outputs] (GPT-2's Conv1D).</summary>
    public bool InputsFirst { get; init; }

    /// <summary>True where a norm's gain is one plus its tensor (Gemma).</summary>
    public bool GainsAreOffsets { get; init; }

    public bool QueryKeyValueBias { get; init; }

    public bool AttentionOutputBias { get; init; }

    public bool FeedForwardBias { get; init; }

    /// <summary>Endings of tensors that carry nothing the forward pass needs: masks, rotary tables.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];
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

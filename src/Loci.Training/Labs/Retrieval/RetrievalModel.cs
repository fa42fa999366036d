using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Torch.Autograd;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Loci.Training.Labs.Retrieval;

/// <summary>
/// The slow network around a memory: k = W_K[e(key); v], q = W_Q e(query), β = sigmoid(w_β·[e(key); v]) with learned e,
/// and values that are one-hot vectors. Sizes, biases and first weights as in the code the authors published: e has
/// 2.2·S numbers.
/// </summary>
internal sealed class RetrievalModel : nn.Module
{
    private const int KeySize = LabModel.KeySize;
    private const double GateBias = 4; // of gated delta: α begins at 0.98

    private readonly LabModel _model;
    private readonly int _symbols, _embedding;
    private readonly bool _dual;
    private readonly FeatureMap? _map;
    private readonly FavorFeatures? _favor;
    private readonly Embedding _symbolKeys;
    private readonly Linear _key, _query, _strength, _gate;

    /// <param name="model">Map and rule.</param>
    /// <param name="symbols">S.</param>
    /// <param name="dual">True to read the sum rule without building the state token by token.</param>
    /// <param name="seed">Of FAVOR+'s draws.</param>
    public RetrievalModel(LabModel model, int symbols, bool dual, int seed)
        : base(nameof(RetrievalModel))
    {
        (_model, _symbols, _dual, _map, _embedding) =
            (model, symbols, dual, model.CreateMap(), (int)(2 * symbols * 1.1));
        _symbolKeys = nn.Embedding(symbols, _embedding); // first weights normal, deviation 1
        _key = nn.Linear(_embedding + symbols, KeySize);
        _query = nn.Linear(_embedding, KeySize);
        _strength = nn.Linear(_embedding + symbols, 1);
        _gate = nn.Linear(_embedding + symbols, 1);
        foreach (var projection in (Linear[])[_key, _query])
        {
            if (model.Rule is null) nn.init.xavier_uniform_(projection.weight!);
            else nn.init.uniform_(projection.weight!, -1 / Math.Sqrt(KeySize), 1 / Math.Sqrt(KeySize));
        }
        if (model.Projections > 0) _favor = new(KeySize, model.Projections, seed);
        RegisterComponents();
    }

    /// <summary>To be called before every mini-batch.</summary>
    public void NextBatch() => _favor?.Redraw();

    /// <summary>½‖v* − v̂‖², the mean over the queries that count.</summary>
    public Tensor Loss(RetrievalBatch batch)
    {
        Tensor read = Read(batch);
        // ‖v* − v̂‖² = ‖v̂‖² − 2 v̂[answer] + 1 for one-hot v*, without building it.
        Tensor right = read.gather(-1, batch.Answers.unsqueeze(-1)).squeeze(-1);
        Tensor loss = (read.square().sum(-1) - 2 * right + 1) / 2;
        return (loss * batch.Asked).sum() / batch.Asked.sum();
    }

    /// <summary>What the memory answers, [batch, queries, symbols].</summary>
    public Tensor Read(RetrievalBatch batch)
    {
        // [batch, length, KeySize], [batch or 1, queries, KeySize]
        Tensor keys = Pairs(_key, batch), queries = Queries(batch);
        if (_model.Rule is not { } rule)
            return Scatter((queries.matmul(keys.transpose(1, 2)) / Math.Sqrt(KeySize)).softmax(-1), batch);
        if (_dual && !rule.Corrects && rule.Forgetting == Forgetting.Never)
        {
            Tensor read = batch.EveryKey || _map is null
                ? FromState(keys, queries, batch)
                : Scatter(FeatureScores.Of(_map, queries, keys), batch);
            return Divide(read, read.sum(-1, keepdim: true)); // Σ of one-hot values' weights is z·q
        }
        // As the authors have it: with attention normalisation, or the sum, features stay as they are.
        bool plain = rule.KeySums != KeySumUse.None || !rule.LearnsStrength || !rule.HasChunkForm;
        Normalization normalization = plain ? Normalization.None : Normalization.Sum;
        (keys, queries) = (Map(keys, normalization), Map(queries, normalization)); // [., ., d_dot]

        Tensor values = nn.functional.one_hot(batch.Values, _symbols).to(ScalarType.Float32);
        if (!rule.HasChunkForm)
            return nn.functional.layer_norm(NormBounded(keys, values, Strengths(batch), queries), [_symbols]);
        var (state, z) = Write(rule, keys.unsqueeze(2), values.unsqueeze(2), batch);
        Tensor answers = queries.matmul(state.squeeze(1));
        return z is null ? answers : Divide(answers, queries.matmul(z.squeeze(1).unsqueeze(-1)));
    }

    // Every key of every sequence is asked for: the same queries for all.
    private Tensor Queries(RetrievalBatch batch)
    {
        Tensor all = _query.forward(_symbolKeys.weight!); // [symbols, KeySize]
        return batch.EveryKey
            ? all.unsqueeze(0)
            : all.index_select(0, batch.Queries.flatten()).view(batch.Queries.shape[0], -1, KeySize);
    }

    /// <summary>
    /// The sum rule's state after all writes, read with many queries. A row of Sᵀ is the sum of φ(k) over the pairs
    /// that hold its value, so writing is an addition of rows, and the read one matrix product.
    /// </summary>
    private Tensor FromState(Tensor keys, Tensor queries, RetrievalBatch batch)
    {
        long count = batch.Values.shape[0];
        Tensor features = Map(keys, Normalization.None),
            rows = batch.Values + arange(count, ScalarType.Int64).unsqueeze(1) * _symbols;
        Tensor state = zeros(count * _symbols, features.shape[2])
            .index_add(0, rows.flatten(), features.flatten(0, 1), 1);
        return Map(queries, Normalization.None).matmul(state.view(count, _symbols, -1).transpose(1, 2));
    }

    // Weights of the pairs [batch, queries, length] to weights of the values they hold.
    private Tensor Scatter(Tensor weights, RetrievalBatch batch)
    {
        Tensor to = batch.Values.unsqueeze(1).expand(weights.shape);
        return zeros([weights.shape[0], weights.shape[1], _symbols]).scatter_add(2, to, weights);
    }

    // All pairs through the kernels, [batch, length, 1, .]; what is read is read from the state after the last one.
    private (Tensor State, Tensor? Normalizer) Write(UpdateRule rule, Tensor keys, Tensor values, RetrievalBatch batch)
    {
        Tensor silent = zeros_like(keys);
        Tensor? strengths = rule.LearnsStrength ? Strengths(batch) : null, gates = rule.Forgetting switch
        {
            Forgetting.ByStrength => nn.functional.logsigmoid(-Pairs(_strength, batch)),
            Forgetting.Given => nn.functional.logsigmoid(Pairs(_gate, batch) + GateBias),
            _ => null,
        };
        SequenceResult result = rule.KeySums switch
        {
            KeySumUse.DivideReads => FastWeightSequence.NormalizedSum(silent, keys, values),
            KeySumUse.DivideReadsAndWrites => FastWeightSequence.NormalizedDelta(silent, keys, values, strengths!),
            _ when rule.Corrects => FastWeightSequence.Delta(silent, keys, values, strengths, gates),
            _ => FastWeightSequence.Sum(silent, keys, values, strengths, gates),
        };
        return (result.State, result.Normalizer);
    }

    // Reads by z·q, as the rule has it.
    private Tensor Divide(Tensor reads, Tensor asked) => _model.Rule!.KeySums switch
    {
        KeySumUse.DivideReads => reads / (asked + UpdateRule.KeySumFloor),
        KeySumUse.DivideReadsAndWrites => reads / asked.clamp_min(UpdateRule.KeySumFloor),
        _ => reads,
    };

    // S ← S + kᵀβ(v − kS), S ← S/max(1, ‖S‖) token by token: the norm stands between the tokens and no chunk form is
    // known.
    private static Tensor NormBounded(Tensor keys, Tensor values, Tensor strengths, Tensor queries)
    {
        Tensor state = zeros([keys.shape[0], keys.shape[2], values.shape[2]]);
        for (long t = 0; t < keys.shape[1]; t++)
        {
            Tensor k = keys.select(1, t).unsqueeze(1), v = values.select(1, t).unsqueeze(1); // [batch, 1, .]
            Tensor delta = (v - k.matmul(state)) * strengths.select(1, t).unsqueeze(1);
            state = state + k.transpose(1, 2).matmul(delta);
            state = state / (state.square().sum([1, 2], keepdim: true) + 1e-12).sqrt().clamp_min(1);
        }
        return queries.matmul(state);
    }

    private Tensor Map(Tensor x, Normalization normalization)
    {
        if (_favor is null) return Features.Apply(_map!, x, normalization);
        Tensor features = _favor.Apply(x, training);
        return normalization == Normalization.Sum
            ? features / (features.sum(-1, keepdim: true) + FeatureNormalization.SumFloor)
            : features;
    }

    private Tensor Strengths(RetrievalBatch batch) => Pairs(_strength, batch).sigmoid(); // [batch, length, 1]

    // W[e(key); v] for all pairs. v is one-hot: its part of the product is a column of W, and so is e's a row of E·Wᵀ.
    private Tensor Pairs(Linear layer, RetrievalBatch batch)
    {
        Tensor weight = layer.weight!, ofKeys = _symbolKeys.weight!.matmul(weight.narrow(1, 0, _embedding).t());
        Tensor ofValues = weight.narrow(1, _embedding, _symbols).t();
        if (layer.bias is not null) ofKeys = ofKeys + layer.bias;
        long[] shape = [.. batch.Keys.shape, ofKeys.shape[1]];
        return (ofKeys.index_select(0, batch.Keys.flatten())
            + ofValues.index_select(0, batch.Values.flatten())).view(shape);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _favor?.Dispose();
        base.Dispose(disposing);
    }
}

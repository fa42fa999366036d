using Loci.Torch.Networks;
using Paint.Model;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Paint.Training;

/// <summary>x·Wᵀ + b.</summary>
internal sealed class Dense(string name, int inputs, int outputs)
{
    private readonly Parameter _weight = new($"{name}.weight", [outputs, inputs], 1 / Math.Sqrt(inputs), mean: 0);
    private readonly Parameter _bias = new($"{name}.bias", [outputs], deviation: 0, mean: 0);

    public IEnumerable<Parameter> Parameters => [_weight, _bias];

    public Tensor Apply(Tensor x) => F.linear(x, _weight.Values, _bias.Values);
}

/// <summary>Layer norm over the last axis.</summary>
internal sealed class Norm(string name)
{
    private readonly Parameter _gain = new($"{name}.weight", [PredictorShape.Width], deviation: 0, mean: 1);
    private readonly Parameter _bias = new($"{name}.bias", [PredictorShape.Width], deviation: 0, mean: 0);

    public IEnumerable<Parameter> Parameters => [_gain, _bias];

    public Tensor Apply(Tensor x) =>
        F.layer_norm(x, [PredictorShape.Width], _gain.Values, _bias.Values, PredictorShape.Epsilon);
}

/// <summary>Softmax attention of several heads: one list of keys and values, read by queries from anywhere.</summary>
internal sealed class Attention(string name)
{
    private const int Width = PredictorShape.Width, Heads = PredictorShape.Heads;

    private readonly Dense _query = new($"{name}.query", Width, Width), _key = new($"{name}.key", Width, Width);
    private readonly Dense _value = new($"{name}.value", Width, Width), _output = new($"{name}.output", Width, Width);

    public IEnumerable<Parameter> Parameters =>
        [.. _query.Parameters, .. _key.Parameters, .. _value.Parameters, .. _output.Parameters];

    /// <param name="from">[batch, queries, width]</param>
    /// <param name="to">[batch, tokens, width]</param>
    public Tensor Apply(Tensor from, Tensor to)
    {
        Tensor q = Split(_query.Apply(from)), k = Split(_key.Apply(to)), v = Split(_value.Apply(to));
        var weights = softmax(matmul(q, k.transpose(2, 3)) / Math.Sqrt(PredictorShape.HeadWidth), 3);
        return _output.Apply(matmul(weights, v).transpose(1, 2).reshape(from.shape));
    }

    // [batch, heads, tokens, head width]
    private static Tensor Split(Tensor x) =>
        x.view(x.shape[0], x.shape[1], Heads, PredictorShape.HeadWidth).transpose(1, 2);
}

/// <summary>A feed-forward memory: ReLU(x·Kᵀ + b)·V + c.</summary>
internal sealed class Cells(string name)
{
    private readonly Dense _keys = new($"{name}.keys", PredictorShape.Width, PredictorShape.Cells);
    private readonly Dense _values = new($"{name}.values", PredictorShape.Cells, PredictorShape.Width);

    public IEnumerable<Parameter> Parameters => [.. _keys.Parameters, .. _values.Parameters];

    public Tensor Apply(Tensor x) => _values.Apply(F.relu(_keys.Apply(x)));
}

/// <summary>A layer of the encoder, or, with a list to read, of the decoder. Norms stand before what they
/// feed.</summary>
internal sealed class Layer(string name, bool reads)
{
    private readonly Norm _selfNorm = new($"{name}.self_norm"), _cellsNorm = new($"{name}.cells_norm");
    private readonly Attention _self = new($"{name}.self");
    private readonly Norm? _crossNorm = reads ? new($"{name}.cross_norm") : null;
    private readonly Attention? _cross = reads ? new($"{name}.cross") : null;
    private readonly Cells _cells = new(name);

    public IEnumerable<Parameter> Parameters =>
    [
        .. _selfNorm.Parameters, .. _self.Parameters, .. _crossNorm?.Parameters ?? [], .. _cross?.Parameters ?? [],
        .. _cellsNorm.Parameters, .. _cells.Parameters,
    ];

    public Tensor Apply(Tensor x, Tensor? memory = null)
    {
        var normed = _selfNorm.Apply(x);
        x = x + _self.Apply(normed, normed);
        if (_cross is not null) x = x + _cross.Apply(_crossNorm!.Apply(x), memory!);
        return x + _cells.Apply(_cellsNorm.Apply(x));
    }
}

using Loci.Memory.FeatureMaps;
using Loci.Memory.FastWeights;
using Loci.Training.Autograd;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Loci.Training.Labs;

/// <summary>
/// One layer: embedding, queries, keys and values through a causal depthwise convolution of four tokens, a memory with four
/// heads, output. No positions, no feed-forward layer; 26 thousand parameters.
/// </summary>
internal sealed class OverwriteModel : nn.Module<Tensor, Tensor>
{
    private const int Width = 64, Heads = 4, Kernel = 4;

    private readonly LabModel _model;
    private readonly FeatureMap _map;
    private readonly Embedding _embedding;
    private readonly Linear _project, _strength, _mix, _out;
    private readonly Parameter _taps; // [Kernel, 3·Width]
    private readonly LayerNorm _norm, _last;

    public OverwriteModel(LabModel model)
        : base(nameof(OverwriteModel))
    {
        (_model, _map) = (model, model.CreateMap()!);
        _embedding = nn.Embedding(OverwriteTask.Vocabulary, Width);
        _norm = nn.LayerNorm(Width);
        _project = nn.Linear(Width, 3 * Width, hasBias: false);
        _taps = new Parameter((rand(Kernel, 3 * Width) * 2 - 1) / Math.Sqrt(Kernel));
        _strength = nn.Linear(Width, Heads);
        _mix = nn.Linear(Width, Width, hasBias: false);
        _last = nn.LayerNorm(Width);
        _out = nn.Linear(Width, OverwriteTask.Vocabulary, hasBias: false);
        RegisterComponents();
    }

    /// <summary>Tokens [batch, length] to logits [batch, length, vocabulary].</summary>
    public override Tensor forward(Tensor tokens)
    {
        long batch = tokens.shape[0], length = tokens.shape[1];
        Tensor x = _embedding.forward(tokens), h = _norm.forward(x); // [batch, length, Width]
        // The convolution as Kernel shifted products: Torch's own is slow for one channel a group.
        Tensor padded = nn.functional.pad(_project.forward(h), [0, 0, Kernel - 1, 0]), mixed = zeros(1);
        for (int tap = 0; tap < Kernel; tap++) mixed = mixed + padded.narrow(1, tap, length) * _taps[tap];
        Tensor[] parts = [.. mixed.chunk(3, -1).Select(part => part.reshape(batch, length, Heads, Width / Heads))];
        bool delta = _model.Rule == UpdateRule.Delta;
        Normalization normalization = delta ? Normalization.Sum : Normalization.None;
        Tensor q = Features.Apply(_map, parts[0], normalization), k = Features.Apply(_map, parts[1], normalization);
        Tensor v = parts[2].contiguous();
        Tensor read = delta
            ? FastWeightSequence.Delta(q, k, v, _strength.forward(h).sigmoid()).Outputs
            : FastWeightSequence.NormalizedSum(q, k, v).Outputs;
        return _out.forward(_last.forward(x + _mix.forward(read.reshape(batch, length, Width))));
    }
}

using Loci.Torch.Networks;
using Paint.Model;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Paint.Training;

/// <summary>
/// Three convolutions of 3 × 3 with strides 1, 2, 2, each with batch norm and ReLU; edges are mirrored.
/// </summary>
internal sealed class Convolutions : IDisposable
{
    private const double Momentum = 0.05;

    private readonly Stage[] _stages;

    public Convolutions(string name)
    {
        int[] channels = [3, .. PredictorShape.Channels];
        _stages = [.. PredictorShape.Channels.Select(
            (outputs, i) => new Stage($"{name}.{i}", channels[i], outputs, stride: i == 0 ? 1 : 2))];
    }

    public IEnumerable<Parameter> Parameters => _stages.SelectMany(stage => stage.Parameters);

    /// <summary>Running means and variances of the batch norms, by name.</summary>
    public IEnumerable<(string Name, Tensor Values)> Statistics => _stages.SelectMany(stage => stage.Statistics);

    /// <param name="picture">[batch, 3, patch, patch]</param>
    /// <param name="training">Norm by the batch, and note its statistics; else by those noted.</param>
    /// <returns>[batch, channels, grid, grid]</returns>
    public Tensor Apply(Tensor picture, bool training) =>
        _stages.Aggregate(picture, (x, stage) => stage.Apply(x, training));

    public void Dispose()
    {
        foreach (var (_, values) in Statistics) values.Dispose();
    }

    private sealed class Stage(string name, int inputs, int outputs, int stride)
    {
        private readonly Parameter _weight =
            new($"{name}.weight", [outputs, inputs, 3, 3], Math.Sqrt(2.0 / (9 * inputs)), mean: 0);
        private readonly Parameter _gain = new($"{name}.norm.weight", [outputs], deviation: 0, mean: 1);
        private readonly Parameter _bias = new($"{name}.norm.bias", [outputs], deviation: 0, mean: 0);
        private readonly Tensor _mean = zeros(outputs).DetachFromDisposeScope();
        private readonly Tensor _variance = ones(outputs).DetachFromDisposeScope();

        public IEnumerable<Parameter> Parameters => [_weight, _gain, _bias];

        public IEnumerable<(string, Tensor)> Statistics =>
            [($"{name}.norm.mean", _mean), ($"{name}.norm.variance", _variance)];

        public Tensor Apply(Tensor x, bool training)
        {
            var padded = F.pad(x, [1, 1, 1, 1], TorchSharp.PaddingModes.Reflect);
            var y = F.conv2d(padded, _weight.Values, strides: [stride, stride]);
            return F.relu(F.batch_norm(
                y, _mean, _variance, _gain.Values, _bias.Values, training, Momentum, PredictorShape.Epsilon));
        }
    }
}

using Loci.Memory.FeatureMaps;
using Loci.Memory.Numerics;
using static TorchSharp.torch;

namespace Loci.Training.Labs.Retrieval;

/// <summary>
/// FAVOR+ as training needs it: drawn anew for every mini-batch, one draw for all evaluations, and in Torch operations,
/// since the projection is a matrix product over the whole batch.
/// </summary>
internal sealed class FavorFeatures : IDisposable
{
    private readonly Favor _training;
    private readonly Tensor _evaluation;
    private readonly Random _seeds;
    private Tensor _rows; // [m, d]

    public FavorFeatures(int size, int projections, int seed)
    {
        _seeds = RandomStream.Of(seed, "retrieval projections");
        _training = new Favor(size, projections, _seeds.Next(), stabilized: false);
        _evaluation = Rows(_training);
        _rows = _evaluation;
    }

    /// <summary>Draws for the next mini-batch.</summary>
    public void Redraw()
    {
        _training.Redraw(_seeds.Next());
        if (!ReferenceEquals(_rows, _evaluation)) _rows.Dispose();
        _rows = Rows(_training);
    }

    /// <summary>φ(x): x [..., d] to [..., 2m]. No exponent exceeds ‖R_i‖²/2, about d/2.</summary>
    public Tensor Apply(Tensor x, bool training)
    {
        Tensor projected = x.matmul((training ? _rows : _evaluation).t()), half = x.square().sum(-1, keepdim: true) / 2;
        return cat([(projected - half).exp(), (-projected - half).exp()], -1) / Math.Sqrt(2 * _training.Projections);
    }

    public void Dispose()
    {
        _rows.Dispose();
        _evaluation.Dispose();
    }

    private static Tensor Rows(Favor favor) =>
        tensor(favor.Rows.ToArray(), favor.Projections, favor.InputSize, ScalarType.Float32).DetachFromDisposeScope();
}

using Loci.Checkpoints;
using Loci.Memory.FeedForward;
using Loci.Memory.Numerics;

namespace Paint.Model;

/// <summary>x·Wᵀ + b over the packed product.</summary>
internal sealed class DenseLayer
{
    private readonly PackedMatrix _weight;
    private readonly float[] _bias;

    public DenseLayer(Checkpoint file, string name, int inputs, int outputs)
    {
        float[] weight = file.OpenShaped($"{name}.weight", outputs, inputs).ReadFloats();
        _weight = PackedMatrix.Pack(weight, inputs, outputs, outputsFirst: true);
        _bias = file.ReadVector($"{name}.bias", outputs);
    }

    /// <param name="x">[rows, inputs]</param>
    /// <param name="rows">Vectors.</param>
    /// <returns>[rows, outputs]</returns>
    public float[] Apply(ReadOnlySpan<float> x, int rows)
    {
        float[] y = new float[rows * _weight.Outputs];
        MatrixProduct.Multiply(x, rows, _weight, _bias, y);
        return y;
    }
}

/// <summary>Layer norm over vectors of the predictor's width.</summary>
internal sealed class NormLayer(Checkpoint file, string name)
{
    private readonly float[] _gain = file.ReadVector($"{name}.weight", PredictorShape.Width);
    private readonly float[] _bias = file.ReadVector($"{name}.bias", PredictorShape.Width);

    /// <param name="x">[rows, width]</param>
    public float[] Apply(ReadOnlySpan<float> x)
    {
        float[] y = new float[x.Length];
        Norms.LayerNorm(x, PredictorShape.Width, _gain, _bias, PredictorShape.Epsilon, y);
        return y;
    }
}

/// <summary>The feed-forward memory of a layer.</summary>
internal static class CellsLayer
{
    public static FeedForwardMemory Read(Checkpoint file, string name)
    {
        const int Width = PredictorShape.Width, Cells = PredictorShape.Cells;
        return new(
            PackedMatrix.Pack(
                file.OpenShaped($"{name}.keys.weight", Cells, Width).ReadFloats(), Width, Cells, outputsFirst: true),
            PackedMatrix.Pack(
                file.OpenShaped($"{name}.values.weight", Width, Cells).ReadFloats(), Cells, Width, outputsFirst: true),
            Activation.Relu, keyBias: file.ReadVector($"{name}.keys.bias", Cells),
            valueBias: file.ReadVector($"{name}.values.bias", Width));
    }
}

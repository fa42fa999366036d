using Loci.Checkpoints;
using Loci.Memory.Numerics;

namespace Paint.Model;

/// <summary>
/// The convolutions as products: the neighbourhood of each place becomes a row, the kernels a matrix. The batch norm,
/// which is a scale and a shift for each channel once training is over, is folded into the weights.
/// </summary>
internal sealed class ConvolutionStack
{
    private const int Neighbours = 9;

    private readonly (PackedMatrix Weight, float[] Bias, int Inputs, int Stride)[] _stages;

    public ConvolutionStack(Checkpoint file, string name)
    {
        int[] channels = [3, .. PredictorShape.Channels];
        _stages = [.. Enumerable.Range(0, PredictorShape.Channels.Length).Select(
            i => Read(file, $"{name}.{i}", channels[i], channels[i + 1], stride: i == 0 ? 1 : 2))];
    }

    /// <param name="pictures">[count, 3, patch, patch]</param>
    /// <param name="count">Pictures.</param>
    /// <returns>[count, grid, grid, channels]</returns>
    public float[] Apply(ReadOnlySpan<float> pictures, int count)
    {
        int side = PredictorShape.Patch;
        float[] x = ChannelsLast(pictures, count, side);
        foreach (var (weight, bias, inputs, stride) in _stages)
        {
            int to = side / stride, rows = count * to * to;
            float[] columns = Columns(x, count, side, inputs, stride);
            float[] y = new float[rows * weight.Outputs];
            MatrixProduct.Multiply(columns, rows, weight, bias, y);
            for (int i = 0; i < y.Length; i++) y[i] = Math.Max(0, y[i]);
            (x, side) = (y, to);
        }
        return x;
    }

    private static (PackedMatrix, float[], int, int) Read(
        Checkpoint file, string name, int inputs, int outputs, int stride)
    {
        float[] stored = file.OpenShaped($"{name}.weight", outputs, inputs, 3, 3).ReadFloats();
        float[] gain = file.ReadVector($"{name}.norm.weight", outputs);
        float[] shift = file.ReadVector($"{name}.norm.bias", outputs);
        float[] mean = file.ReadVector($"{name}.norm.mean", outputs);
        float[] variance = file.ReadVector($"{name}.norm.variance", outputs);
        float[] weight = new float[stored.Length], bias = new float[outputs];    // [outputs, neighbours, inputs]
        for (int o = 0; o < outputs; o++)
        {
            float scale = gain[o] / MathF.Sqrt(variance[o] + PredictorShape.Epsilon);
            bias[o] = shift[o] - mean[o] * scale;
            for (int i = 0; i < inputs; i++)
                for (int n = 0; n < Neighbours; n++)
                    weight[(o * Neighbours + n) * inputs + i] = scale * stored[(o * inputs + i) * Neighbours + n];
        }
        return (PackedMatrix.Pack(weight, Neighbours * inputs, outputs, outputsFirst: true), bias, inputs, stride);
    }

    // [count, 3, side, side] to [count, side, side, 3]
    private static float[] ChannelsLast(ReadOnlySpan<float> pictures, int count, int side)
    {
        float[] x = new float[count * 3 * side * side];
        int plane = side * side;
        for (int p = 0; p < count; p++)
            for (int c = 0; c < 3; c++)
                for (int i = 0; i < plane; i++) x[(p * plane + i) * 3 + c] = pictures[(p * 3 + c) * plane + i];
        return x;
    }

    // [count · to · to, neighbours, channels]; beyond an edge lies the picture's mirror.
    private static float[] Columns(float[] x, int count, int side, int channels, int stride)
    {
        int to = side / stride, at = 0;
        float[] columns = new float[count * to * to * Neighbours * channels];
        for (int p = 0; p < count; p++)
            for (int y = 0; y < to; y++)
                for (int left = 0; left < to; left++)
                    for (int n = 0; n < Neighbours; n++, at += channels)
                    {
                        int row = Mirror(y * stride + n / 3 - 1, side);
                        int column = Mirror(left * stride + n % 3 - 1, side);
                        x.AsSpan(((p * side + row) * side + column) * channels, channels)
                            .CopyTo(columns.AsSpan(at, channels));
                    }
        return columns;
    }

    private static int Mirror(int at, int side) => at < 0 ? -at : at >= side ? 2 * side - 2 - at : at;
}

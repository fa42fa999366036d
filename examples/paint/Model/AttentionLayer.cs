using Loci.Checkpoints;
using Loci.Memory.Numerics;

namespace Paint.Model;

/// <summary>Softmax attention within each patch of a batch; lists of sixteen need no faster kernel.</summary>
internal sealed class AttentionLayer(Checkpoint file, string name)
{
    private const int Width = PredictorShape.Width, HeadWidth = PredictorShape.HeadWidth;

    private readonly DenseLayer _query = new(file, $"{name}.query", Width, Width);
    private readonly DenseLayer _key = new(file, $"{name}.key", Width, Width);
    private readonly DenseLayer _value = new(file, $"{name}.value", Width, Width);
    private readonly DenseLayer _output = new(file, $"{name}.output", Width, Width);

    /// <param name="from">[patches, queries, width]</param>
    /// <param name="to">[patches, tokens, width]</param>
    /// <param name="patches">In the batch.</param>
    /// <returns>[patches, queries, width]</returns>
    public float[] Apply(float[] from, float[] to, int patches)
    {
        int queries = from.Length / Width / patches, tokens = to.Length / Width / patches;
        float[] q = _query.Apply(from, patches * queries), k = _key.Apply(to, patches * tokens);
        float[] v = _value.Apply(to, patches * tokens), mixed = new float[from.Length];
        Span<float> weights = stackalloc float[PredictorShape.Tokens];
        weights = weights[..tokens];
        float scale = 1 / MathF.Sqrt(HeadWidth);
        for (int row = 0; row < patches * queries; row++)
            for (int head = 0; head < Width; head += HeadWidth)
            {
                int first = row / queries * tokens;
                var query = q.AsSpan(row * Width + head, HeadWidth);
                for (int t = 0; t < tokens; t++)
                    weights[t] = scale * Reductions.Dot(query, k.AsSpan((first + t) * Width + head, HeadWidth));
                Softmax.Apply(weights);
                var into = mixed.AsSpan(row * Width + head, HeadWidth);
                for (int t = 0; t < tokens; t++)
                    Elementwise.AddScaled(into, weights[t], v.AsSpan((first + t) * Width + head, HeadWidth));
            }
        return _output.Apply(mixed, patches * queries);
    }
}

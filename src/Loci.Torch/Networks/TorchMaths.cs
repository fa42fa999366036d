using Loci.Memory.FastWeights;
using Loci.Memory.FeatureMaps;
using Loci.Torch.Autograd;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Loci.Torch.Networks;

/// <summary>
/// Fast weights in batched Torch operations, for devices the kernels cannot reach. A chunk's writes u solve the
/// triangular system u_t + β_t Σ_{s&lt;t} e^{G_t−G_s}(k_t·k_s)u_s = β_t(v_t − e^{G_t}k_t S), G the gates summed from
/// the chunk's border; all chunks are solved at once for the part of v and that of S, and only S goes from chunk to
/// chunk.
/// </summary>
/// <remarks>Yang et al. 2024, arXiv 2406.06484, section 3, and 2412.06464.</remarks>
internal sealed class TorchMaths : IFastWeightMaths
{
    private const long Chunk = 64;

    public Tensor Convolve(Tensor x, Tensor factors, Tensor before)
    {
        long size = factors.shape[0], length = x.shape[1];
        var all = cat([before, x], 1);
        var sum = all.narrow(1, 0, length) * factors.select(0, 0);
        for (long j = 1; j < size; j++) sum = sum + all.narrow(1, j, length) * factors.select(0, j);
        return sum;
    }

    public Tensor Features(FeatureMap map, Tensor x, Normalization normalization, float epsilon)
    {
        var features = Map(map, x);
        if (normalization == Normalization.None) return features;
        if (normalization == Normalization.Sum)
            return features / (features.sum(-1, keepdim: true) + FeatureNormalization.SumFloor);
        var square = features.square().sum(-1, keepdim: true) + epsilon;
        return features * square.masked_fill(square.eq(0), 1).rsqrt(); // features that are all zero stay so
    }

    public SequenceResult Remember(MemoryInputs inputs, bool correct, bool normalized, MemoryState? before)
    {
        long sequences = inputs.Values.shape[0], length = inputs.Values.shape[1], heads = inputs.Values.shape[2];
        long features = inputs.Keys.shape[3], width = inputs.Values.shape[3];
        // [sequences, heads, chunks, C, size]
        Tensor q = Chunks(inputs.Queries), k = Chunks(inputs.Keys), v = Chunks(inputs.Values);
        if (inputs.Strengths is { } strengths) v = v * Chunks(strengths.unsqueeze(-1));
        var state = before?.Memory ?? zeros([sequences, heads, features, width], v.dtype, v.device);
        var together = q.matmul(k.transpose(-1, -2)).tril();                                          // q_t·k_s, s ≤ t
        Tensor asked = q, kept = k, fade = ones(1, v.dtype, v.device).expand(1, 1, q.shape[2], 1, 1),
            corrections = null!;
        var between = correct ? k.matmul(k.transpose(-1, -2)).tril(-1) : null;                        // k_t·k_s, s < t
        var own = k;
        if (inputs.LogGates is { } logGates)
        {
            // G [sequences, heads, chunks, C, 1]
            var sums = Chunks(logGates.unsqueeze(-1)).cumsum(-2);
            var later = ones(Chunk, Chunk, ScalarType.Bool, v.device).triu(1);
            var ratios = (sums - sums.transpose(-1, -2)).masked_fill(later, float.NegativeInfinity).exp();
            var last = sums.narrow(-2, Chunk - 1, 1);
            (together, asked, own, kept, fade) =
                (together * ratios, q * sums.exp(), k * sums.exp(), k * (last - sums).exp(), last.exp());
            if (between is not null) between = between * ratios;
        }
        if (between is not null)
        {
            var beta = inputs.Strengths is null ? null : Chunks(inputs.Strengths.unsqueeze(-1));
            if (beta is not null) (between, own) = (between * beta, own * beta);
            var solved = linalg.solve_triangular(between + eye(Chunk, dtype: v.dtype, device: v.device),
                cat([v, own], -1), upper: false, unitriangular: true);
            (v, corrections) = (solved.narrow(-1, 0, width), solved.narrow(-1, width, features));
        }
        List<Tensor> reads = [];
        for (long c = 0; c < q.shape[2]; c++)
        {
            // [sequences, heads, C, value size]
            var u = v.select(2, c);
            if (between is not null) u = u - corrections.select(2, c).matmul(state);
            reads.Add(asked.select(2, c).matmul(state) + together.select(2, c).matmul(u));
            state = state * fade.select(2, c) + kept.select(2, c).transpose(-1, -2).matmul(u);
        }
        // [sequences, length, heads, value size]
        var outputs = cat(reads, 2).narrow(2, 0, length).transpose(1, 2);
        if (!normalized) return new(outputs, state, null);
        var z = inputs.Keys.cumsum(1);
        if (before?.KeySums is { } keySums) z = z + keySums.unsqueeze(1);
        return new(outputs / ((z * inputs.Queries).sum(-1, keepdim: true) + UpdateRule.KeySumFloor), state,
            z.select(1, length - 1));
    }

    // [sequences, length, heads, size] as [sequences, heads, chunks, C, size]. Keys of zeros behind the end write
    // nothing.
    private static Tensor Chunks(Tensor x)
    {
        long over = (Chunk - x.shape[1] % Chunk) % Chunk;
        if (over > 0) x = cat([x, zeros([x.shape[0], over, x.shape[2], x.shape[3]], x.dtype, x.device)], 1);
        return x.transpose(1, 2).unflatten(2, [x.shape[1] / Chunk, Chunk]);
    }

    private static Tensor Map(FeatureMap map, Tensor x)
    {
        switch (map)
        {
            case Dpfp dpfp:
                var r = cat([x.relu(), (-x).relu()], -1);
                return cat([.. Enumerable.Range(1, dpfp.Nu).Select(j => r * r.roll(j, -1))], -1);
            case Favor favor:
                var rows = tensor(favor.Rows.ToArray(), [favor.Projections, favor.InputSize], x.dtype, x.device);
                var y = x.matmul(rows.t());
                var shift = favor.IsStabilized
                    ? y.abs().amax([-1], keepdim: true)
                    : x.square().sum(-1, keepdim: true) / 2;
                return cat([(y - shift).exp(), (-y - shift).exp()], -1) / Math.Sqrt(2 * favor.Projections);
        }
        return map.Name switch
        {
            "identity" => x,
            "relu" => x.relu(),
            "silu" => F.silu(x),
            "tanh" => x.tanh(),
            "elu+1" => where(x > 0, x + 1, x.clamp_max(0).exp()),
            _ => throw new ArgumentException($"{map} has no form in Torch operations", nameof(map)),
        };
    }
}

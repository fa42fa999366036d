using static TorchSharp.torch;

namespace Loci.Bench;

/// <summary>The delta rule in Torch operations, as a Torch user writes it: token by token, and in chunks.</summary>
internal static class FastWeightTorch
{
    /// <summary>One token after the other; q, k, v [heads, length, d], β [heads, length, 1].</summary>
    public static Tensor Loop(Tensor q, Tensor k, Tensor v, Tensor beta)
    {
        using var scope = NewDisposeScope();
        Tensor state = zeros(q.shape[0], q.shape[2], v.shape[2]);
        List<Tensor> outputs = [];
        for (long t = 0; t < q.shape[1]; t++)
        {
            Tensor kt = k.narrow(1, t, 1);
            Tensor delta = (v.narrow(1, t, 1) - kt.bmm(state)) * beta.narrow(1, t, 1);
            state = state + kt.transpose(1, 2).bmm(delta);
            outputs.Add(q.narrow(1, t, 1).bmm(state));
        }
        return cat(outputs, 1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The chunk form: all within-chunk products as batches, then a loop over the chunks. Differentiable.
    /// </summary>
    public static Tensor Chunks(Tensor q, Tensor k, Tensor v, Tensor beta, int chunk)
    {
        using var scope = NewDisposeScope();
        long heads = q.shape[0], count = q.shape[1] / chunk;
        Tensor Split(Tensor x) => x.view(heads, count, chunk, x.shape[2]);
        (q, k, v, beta) = (Split(q), Split(k), Split(v), Split(beta));
        Tensor scaled = k * beta, transposed = k.transpose(-1, -2);
        Tensor system = scaled.matmul(transposed).tril(-1) + eye(chunk); // I + strict_lower(βKKᵀ)
        Tensor solved = linalg.solve_triangular(system, cat([v * beta, scaled], -1), upper: false, left: true,
            unitriangular: true);
        Tensor u = solved.narrow(-1, 0, v.shape[3]), w = solved.narrow(-1, v.shape[3], k.shape[3]);
        Tensor scores = q.matmul(transposed).tril();
        Tensor state = zeros(heads, k.shape[3], v.shape[3]);
        List<Tensor> outputs = [];
        for (long c = 0; c < count; c++)
        {
            Tensor delta = u.select(1, c) - w.select(1, c).bmm(state);
            outputs.Add(q.select(1, c).bmm(state) + scores.select(1, c).bmm(delta));
            state = state + transposed.select(1, c).bmm(delta);
        }
        return cat(outputs, 1).MoveToOuterDisposeScope();
    }
}

using static TorchSharp.torch;

namespace Loci.Torch.Tests;

/// <summary>
/// The rules token by token in Torch operations, as the equations are written; Torch finds the gradients.
/// </summary>
internal static class PlainRecurrence
{
    /// <summary>S ← e^g S; δ = β(v − kS) or βv; S ← S + kᵀδ; o = qS, divided by z·q + 1e-6 where z is given.</summary>
    public static (Tensor Outputs, Tensor State, Tensor? Normalizer) Run(
        Tensor q, Tensor k, Tensor v, Tensor? beta, Tensor? gates, Tensor state, Tensor? z, bool correct)
    {
        List<Tensor> outputs = [];
        for (long t = 0; t < q.shape[1]; t++)
        {
            Tensor qt = q.select(1, t).unsqueeze(-2), kt = k.select(1, t).unsqueeze(-2),
                vt = v.select(1, t).unsqueeze(-2);
            if (gates is not null) state = state * gates.select(1, t).exp().unsqueeze(-1).unsqueeze(-1);
            Tensor delta = correct ? vt - kt.matmul(state) : vt; // [batch, heads, 1, valueSize]
            if (beta is not null) delta = delta * beta.select(1, t).unsqueeze(-1).unsqueeze(-1);
            state = state + kt.transpose(-1, -2).matmul(delta);
            Tensor output = qt.matmul(state).squeeze(-2);
            if (z is not null)
            {
                z = z + k.select(1, t);
                output = output / ((z * q.select(1, t)).sum(-1, keepdim: true) + 1e-6);
            }
            outputs.Add(output);
        }
        return (stack(outputs, 1), state, z);
    }

    /// <summary>Equations 26 to 28: the delta rule with attention normalisation, from an empty memory.</summary>
    public static Tensor NormalizedDelta(Tensor q, Tensor k, Tensor v, Tensor beta)
    {
        Tensor state = zeros([q.shape[0], q.shape[2], q.shape[3], v.shape[3]], q.dtype), z = zeros_like(k.select(1, 0));
        List<Tensor> outputs = [];
        for (long t = 0; t < q.shape[1]; t++)
        {
            Tensor kt = k.select(1, t), old = kt.unsqueeze(-2).matmul(state).squeeze(-2);
            if (t > 0) old = old / (z * kt).sum(-1, keepdim: true);
            Tensor delta = (v.select(1, t) - old) * beta.select(1, t).unsqueeze(-1);
            state = state + kt.unsqueeze(-1) * delta.unsqueeze(-2);
            z = z + kt;
            outputs.Add(q.select(1, t).unsqueeze(-2).matmul(state)
                .squeeze(-2) / (z * q.select(1, t)).sum(-1, keepdim: true));
        }
        return stack(outputs, 1);
    }
}

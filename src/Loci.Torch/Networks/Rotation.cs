using Loci.Models.Blocks;
using static TorchSharp.torch;

namespace Loci.Torch.Networks;

/// <summary>Rotary positions (Su et al. 2021) on the heads of a sequence that begins at position 0.</summary>
internal sealed class Rotation : IDisposable
{
    private readonly RotarySpec _spec;
    private readonly Tensor _cos, _sin; // [context, 1, size/2]

    public Rotation(RotarySpec spec, int context)
    {
        _spec = spec;
        using var scope = NewDisposeScope();
        var angles = outer(arange(context, ScalarType.Float64), tensor(spec.InverseFrequencies.ToArray())).unsqueeze(1);
        _cos = (angles.cos() * spec.Scaling).to(ScalarType.Float32).DetachFromDisposeScope();
        _sin = (angles.sin() * spec.Scaling).to(ScalarType.Float32).DetachFromDisposeScope();
    }

    /// <param name="heads">[sequences, length, heads, head size]</param>
    public Tensor Apply(Tensor heads)
    {
        long size = _spec.Size, half = size / 2, length = heads.shape[1], rest = heads.shape[3] - size;
        Tensor cos = _cos.narrow(0, 0, length), sin = _sin.narrow(0, 0, length);
        if (_spec.Interleaved)
        {
            var turning = heads.narrow(3, 0, size).unflatten(3, [half, 2]);
            Tensor even = turning.select(4, 0), odd = turning.select(4, 1);
            var turned = stack([even * cos - odd * sin, odd * cos + even * sin], 4).flatten(3, 4);
            return rest == 0 ? turned : cat([turned, heads.narrow(3, size, rest)], 3);
        }
        var parts = heads.split([half, half, rest], 3);
        Tensor first = parts[0] * cos - parts[1] * sin, second = parts[1] * cos + parts[0] * sin;
        return rest == 0 ? cat([first, second], 3) : cat([first, second, parts[2]], 3);
    }

    public void Dispose()
    {
        _cos.Dispose();
        _sin.Dispose();
    }
}

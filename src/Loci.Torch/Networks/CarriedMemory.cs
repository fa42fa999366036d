using static TorchSharp.torch;

namespace Loci.Torch.Networks;

/// <summary>
/// What one fast-weight layer takes over from the segment before, for every sequence of a batch; null at the beginning
/// of the texts. No gradient goes through it.
/// </summary>
public sealed class CarriedMemory : IDisposable
{
    private Tensor? _memory, _keySums, _tail;

    /// <summary>S [sequences, heads, features, value size]</summary>
    public Tensor? Memory { get => _memory; set => Keep(ref _memory, value); }

    /// <summary>z [sequences, heads, features], for the rules that keep it.</summary>
    public Tensor? KeySums { get => _keySums; set => Keep(ref _keySums, value); }

    /// <summary>The last rows that went into the short convolution. [sequences, size − 1, channels]</summary>
    public Tensor? Tail { get => _tail; set => Keep(ref _tail, value); }

    /// <summary>Frees the tensors.</summary>
    public void Dispose() => (Memory, KeySums, Tail) = (null, null, null);

    private static void Keep(ref Tensor? place, Tensor? value)
    {
        var kept = value?.detach().clone().DetachFromDisposeScope();
        place?.Dispose();
        place = kept;
    }
}

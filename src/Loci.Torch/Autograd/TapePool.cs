using System.Collections.Concurrent;
using System.Numerics;
using Loci.Memory.FastWeights;

namespace Loci.Torch.Autograd;

/// <summary>Tapes between their uses: they are large, and every step of a training needs the same ones.</summary>
internal static class TapePool<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Most = 16;

    private static readonly ConcurrentBag<ChunkTape<T>> s_tapes = [];

    public static ChunkTape<T> Rent() => s_tapes.TryTake(out ChunkTape<T>? tape) ? tape : new();

    public static void Return(ChunkTape<T> tape)
    {
        if (s_tapes.Count < Most) s_tapes.Add(tape);
    }
}

using Loci.Memory.Numerics;
using Loci.Models.Weights;

namespace Loci.Models.Gradients;

/// <summary>
/// Gradients of a loss by the weights of some layers: the sums of all backward passes since the last
/// <see cref="Clear"/>. Not safe for use by several threads.
/// </summary>
public sealed class WeightGradients : IDisposable
{
    private readonly Dictionary<TensorSlot, (WeightStore Store, float[] Sum)> _sums = []; // by a store's first tensor

    /// <summary>Sums of zeros.</summary>
    /// <param name="transformer">The model; any with the same spec may be run.</param>
    /// <param name="layers">Whose weights.</param>
    /// <param name="wholeBlocks">
    /// False for the feed-forward memories alone (keys, values, biases); true for attention and norms, too.
    /// </param>
    /// <exception cref="ArgumentException">There is no such layer.</exception>
    public WeightGradients(Transformer transformer, IEnumerable<int> layers, bool wholeBlocks = false)
    {
        WholeBlocks = wholeBlocks;
        foreach (int layer in layers.Distinct())
        {
            if ((uint)layer >= (uint)transformer.Blocks.Count)
                throw new ArgumentOutOfRangeException(
                    nameof(layers), layer, $"the model has layers 0 to {transformer.Blocks.Count - 1}");
            var block = transformer.Blocks[layer];
            Lowest = Math.Min(Lowest ?? layer, layer);
            foreach (var store in wholeBlocks ? block.Stores : block.CellsPart.Stores)
                _sums[store.Tensors[0]] = (store, new float[store.Count]);
        }
    }

    /// <summary>True where attention and norms are among them.</summary>
    public bool WholeBlocks { get; }

    /// <summary>The tensors whose gradients are here.</summary>
    public IEnumerable<TensorSlot> Tensors => _sums.Values.SelectMany(sum => sum.Store.Tensors);

    internal OuterProducts Products { get; } = new();

    /// <summary>The lowest layer, or null where there is none.</summary>
    internal int? Lowest { get; }

    /// <summary>The gradient of one tensor, row-major as <see cref="Transformer.Read"/> gives the tensor; a
    /// copy.</summary>
    /// <exception cref="ArgumentException">It is not one of <see cref="Tensors"/>.</exception>
    public float[] Of(TensorSlot tensor)
    {
        foreach (var (store, sum) in _sums.Values)
            for (int i = 0; i < store.Tensors.Count; i++)
                if (store.Tensors[i].Equals(tensor)) return store.Part(sum, i);
        throw new ArgumentException($"There is no gradient of {tensor} here.", nameof(tensor));
    }

    /// <summary>Back to zero.</summary>
    public void Clear()
    {
        foreach (var (_, sum) in _sums.Values) Array.Clear(sum);
    }

    /// <inheritdoc/>
    public void Dispose() => Products.Dispose();

    /// <summary>The sum of a store, as it holds its weights; empty where it is not wanted.</summary>
    internal Span<float> Of(WeightStore? store) =>
        store is not null && _sums.TryGetValue(store.Tensors[0], out var sum) ? sum.Sum : [];
}

using static TorchSharp.torch;

namespace Loci.Torch.Networks;

/// <summary>The part of an attention layer between its projections: what mixes values over time.</summary>
public interface IAttention : IDisposable
{
    /// <summary>Parameters of its own, beside the layer's projections.</summary>
    IEnumerable<Parameter> Parameters { get; }

    /// <summary>Mixes the values of every sequence.</summary>
    /// <param name="queryKeyValue">Queries of all heads, then keys, then values. [sequences, length, query-key-value
    /// width]</param>
    /// <param name="carried">What the segment before left, replaced by what this one leaves; null where nothing is
    /// carried.</param>
    /// <returns>[sequences·length, heads·value size]</returns>
    Tensor Mix(Tensor queryKeyValue, CarriedMemory? carried = null);
}

using Loci.Models.Families;

namespace Loci.Models.Weights;

/// <summary>A tensor of a checkpoint that holds the queries, keys and values of a layer in one piece.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Layout">In which order.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Heads of keys and values.</param>
/// <param name="HeadSize">Length of one head.</param>
/// <param name="Inputs">Length of an input vector; 0 for a bias.</param>
internal sealed record FusedTensor(
    string Name, QueryKeyValueLayout Layout, int Heads, int KeyValueHeads, int HeadSize, int Inputs)
{
    /// <summary>Outputs of all three.</summary>
    public int Outputs => (Heads + 2 * KeyValueHeads) * HeadSize;

    /// <summary>Which of the tensor's outputs are the queries, the keys or the values.</summary>
    public int[] OutputsOf(TensorRole role)
    {
        int part = role switch { TensorRole.Query => 0, TensorRole.Key => 1, _ => 2 }, heads = part == 0
            ? Heads
            : KeyValueHeads;
        int first = part == 0 ? 0 : part == 1 ? Heads * HeadSize : (Heads + KeyValueHeads) * HeadSize;
        return
        [
            .. from head in Enumerable.Range(0, heads)
               from i in Enumerable.Range(0, HeadSize)
               select Layout == QueryKeyValueLayout.FusedByHead
                   ? (head * 3 + part) * HeadSize + i
                   : first + head * HeadSize + i,
        ];
    }
}

using Loci.Models.Families;

namespace Loci.Models.Weights;

/// <summary>A tensor of a checkpoint that holds several tensors of a layer in one piece.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Inputs">Length of an input vector; 0 for a bias.</param>
/// <param name="InOrder">True where its parts are whole and in their order.</param>
/// <param name="Parts">What it holds.</param>
internal sealed record FusedTensor(string Name, int Inputs, bool InOrder, IReadOnlyList<FusedPart> Parts)
{
    /// <summary>Outputs of all parts.</summary>
    public int Outputs { get; } = checked(Parts.Sum(part => part.Count));

    /// <summary>Queries, keys and values of all heads.</summary>
    public static FusedTensor QueryKeyValue(
        string name, QueryKeyValueLayout layout, int heads, int keyValueHeads, int headSize, int inputs)
    {
        int group = heads / keyValueHeads;
        bool grouped = layout == QueryKeyValueLayout.FusedByGroup;
        return new(name, inputs, !grouped,
        [
            Part(TensorRole.Query, heads, head => grouped ? head / group * (group + 2) + head % group : head),
            Part(TensorRole.Key, keyValueHeads, head => grouped ? head * (group + 2) + group : heads + head),
            Part(
                TensorRole.Value, keyValueHeads,
                head => grouped ? head * (group + 2) + group + 1 : heads + keyValueHeads + head),
        ]);

        FusedPart Part(TensorRole role, int count, Func<int, int> place) =>
            new(role, checked(count * headSize), output => place(output / headSize) * headSize + output % headSize);
    }

    /// <summary>The selector keys of gated cells, then their content keys.</summary>
    public static FusedTensor GateAndContent(string name, int cells, int inputs) => new(name, inputs, InOrder: true,
        [new(TensorRole.GateKeys, cells, output => output), new(TensorRole.Keys, cells, output => cells + output)]);

    /// <summary>Which of the tensor's outputs are a part's, in the part's order.</summary>
    public int[] OutputsOf(TensorRole role)
    {
        var part = Parts.First(part => part.Role == role);
        return [.. Enumerable.Range(0, part.Count).Select(part.Place)];
    }
}

/// <summary>A part of a fused tensor.</summary>
/// <param name="Role">What it is.</param>
/// <param name="Count">Its outputs.</param>
/// <param name="Place">Where each of them stands in the whole.</param>
internal readonly record struct FusedPart(TensorRole Role, int Count, Func<int, int> Place);

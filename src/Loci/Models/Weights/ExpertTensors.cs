using System.Collections.Immutable;
using Loci.Checkpoints;
using Loci.Models.Families;

namespace Loci.Models.Weights;

/// <summary>What a run of a layer's cells takes from one tensor of a checkpoint.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="FirstCell">The first of the cells.</param>
/// <param name="Count">How many.</param>
/// <param name="Offset">Where their numbers begin in the tensor.</param>
internal sealed record ExpertPiece(string Name, ImmutableArray<long> Shape, int FirstCell, int Count, int Offset)
{
    /// <summary>
    /// Copies between the numbers of the tensor and those of a slot, [cells, width] of keys or [width, cells] of
    /// values.
    /// </summary>
    /// <param name="from">The tensor's numbers, or the slot's.</param>
    /// <param name="to">The others. All experts may share a tensor: nothing is copied but these cells.</param>
    /// <param name="cells">Cells of the layer.</param>
    /// <param name="areValues">True for values.</param>
    /// <param name="toSlot">True from the tensor to the slot.</param>
    public void Copy<T>(ReadOnlySpan<T> from, Span<T> to, int cells, bool areValues, bool toSlot)
    {
        int width = (toSlot ? to.Length : from.Length) / cells;
        int runs = areValues ? width : 1, length = areValues ? Count : Count * width;
        for (int run = 0; run < runs; run++)
        {
            int stored = Offset + run * length, slot = areValues ? run * cells + FirstCell : FirstCell * width;
            from.Slice(toSlot ? stored : slot, length).CopyTo(to[(toSlot ? slot : stored)..]);
        }
    }
}

/// <summary>Keys and values of a layer with experts, put together from the tensors of each.</summary>
internal static class ExpertTensors
{
    /// <summary>The numbers of a slot.</summary>
    /// <param name="checkpoint">The weights.</param>
    /// <param name="pieces">Of the slot, in the order of the cells.</param>
    /// <param name="tensor">The slot.</param>
    /// <param name="used">Receives the names.</param>
    public static TensorNumbers Open(
        Checkpoint checkpoint, IEnumerable<ExpertPiece> pieces, TensorSlot tensor, HashSet<string> used)
    {
        bool areValues = tensor.Role == TensorRole.Values;
        int cells = (int)tensor.Shape[areValues ? 1 : 0];
        float[]? wide = null;
        ushort[]? narrow = null;
        TensorType? type = null;
        foreach (var piece in pieces)
        {
            var stored = checkpoint.OpenShaped(piece.Name, piece.Shape.AsSpan());
            used.Add(piece.Name);
            if (type is not null && stored.Type != type)
                throw new UnsupportedException(
                    $"{checkpoint.Path}: {piece.Name} is held as {stored.Type}, experts before it as {type}.");
            type = stored.Type;
            if (type == TensorType.Float32)
                piece.Copy<float>(
                    stored.AsFloat32(), wide ??= new float[tensor.Count], cells, areValues, toSlot: true);
            else
                piece.Copy<ushort>(
                    stored.As16Bit(), narrow ??= new ushort[tensor.Count], cells, areValues, toSlot: true);
        }
        return wide is not null ? new(wide) : new(narrow!, type!.Value.Format());
    }

    /// <summary>The tensors of a checkpoint that hold the keys and values of a layer.</summary>
    /// <param name="transformer">The model.</param>
    /// <param name="names">Its names.</param>
    /// <param name="layer">The layer.</param>
    public static IEnumerable<(string Name, ImmutableArray<long> Shape, IEnumerable<TensorSlot> Parts,
        Func<float[]> Numbers)> Stored(Transformer transformer, TensorNames names, int layer)
    {
        var slots = transformer.Tensors.Where(tensor => tensor.Layer == layer && !tensor.IsBias && tensor.Role is
            TensorRole.Keys or TensorRole.GateKeys or TensorRole.Values);
        var pieces = slots.SelectMany(
            slot => names.PiecesOf(slot, transformer.Spec)!.Select(piece => (Slot: slot, Piece: piece)));
        foreach (var tensor in pieces.GroupBy(pair => pair.Piece.Name))
        {
            var shape = tensor.First().Piece.Shape;
            yield return (tensor.Key, shape, tensor.Select(pair => pair.Slot).Distinct(), () =>
            {
                float[] numbers = new float[checked((int)shape.Aggregate(1L, (product, length) => product * length))];
                foreach (var part in tensor.GroupBy(pair => pair.Slot))
                {
                    bool areValues = part.Key.Role == TensorRole.Values;
                    float[] slot = transformer.Read(part.Key);
                    foreach (var (_, piece) in part)
                        piece.Copy<float>(
                            slot, numbers, (int)part.Key.Shape[areValues ? 1 : 0], areValues, toSlot: false);
                }
                return numbers;
            });
        }
    }
}

using System.Collections.Immutable;
using Loci.Checkpoints;
using Loci.Memory.Numerics;
using Loci.Models.Families;

namespace Loci.Models.Weights;

/// <summary>
/// Writes a model's weights under its family's names: the other way round of <see cref="CheckpointSource"/>.
/// </summary>
internal static class CheckpointWriter
{
    /// <summary>Writes the file.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="transformer">The network.</param>
    /// <param name="names">The family's names.</param>
    /// <param name="type">The type of every tensor; null: each as it is held, so that no bit is lost.</param>
    /// <exception cref="LociException">The file cannot be written, or a weight is not finite in its type.</exception>
    public static void Write(string path, Transformer transformer, TensorNames names, TensorType? type)
    {
        var tensors = Stored(transformer, names, type).ToList();
        using var writer = new SafetensorsWriter(
            path, tensors.Select(tensor => tensor.Info), new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var (info, numbers) in tensors)
        {
            float[] values = numbers();
            float largest = info.Type == TensorType.Float16 ? (float)Half.MaxValue : float.MaxValue;
            int wrong = Array.FindIndex(values, value => !(Math.Abs(value) <= largest));
            if (wrong >= 0)
                throw new LociException(
                    $"{path}: number {wrong} of the tensor «{info.Name}» is {values[wrong]}, beyond {info.Type}.");
            writer.Append(info.Name, values);
        }
        writer.Complete();
    }

    private static IEnumerable<(TensorInfo Info, Func<float[]> Numbers)> Stored(
        Transformer transformer, TensorNames names, TensorType? type)
    {
        names = names.For(transformer.Spec);
        bool shared = names.FeedForwardNorm == names.AttentionNorm;
        foreach (var tensor in transformer.Tensors)
        {
            if (shared && tensor.Role == TensorRole.CellsNorm)
            {
                if (!transformer.Read(tensor).SequenceEqual(
                    transformer.Read(tensor with { Role = TensorRole.MixerNorm })))
                    throw new UnsupportedException(
                        $"In layer {tensor.Layer} attention and cells read through two norms; the family "
                        + $"«{transformer.Spec.Family}» has one for both.");
                continue;
            }
            if (names.PiecesOf(tensor, transformer.Spec) is not null)
            {
                if (tensor.Role != TensorRole.Keys) continue;
                foreach (var (name, shape, parts, numbers) in ExpertTensors.Stored(transformer, names, tensor.Layer))
                    yield return (Info(name, shape, HeldTogether(parts)), numbers);
            }
            else if (names.FusedOf(tensor, transformer.Spec) is { } fused)
            {
                if (tensor.Role == fused.Parts[0].Role)
                    yield return (
                        Info(fused.Name, FusedShape(fused, names), HeldTogether(PartsOf(fused, tensor))),
                        () => Fused(transformer, fused, tensor, names));
            }
            else if (names.IsInputsFirst(tensor))
                yield return (Info(names.Of(tensor), [tensor.Shape[1], tensor.Shape[0]], Held(tensor)),
                    () => Transposed(transformer.Read(tensor), (int)tensor.Shape[1]));
            else if (names.IsOffsetGain(tensor))
                yield return (Info(names.Of(tensor), tensor.Shape, TensorType.Float32), // 1 + a half does not fit one
                    () => [.. transformer.Read(tensor).Select(gain => gain - 1)]);
            else yield return (Info(names.Of(tensor), tensor.Shape, Held(tensor)), () => transformer.Read(tensor));
        }

        TensorInfo Info(string name, ImmutableArray<long> shape, TensorType held) => new(name, type ?? held, shape);

        TensorType Held(TensorSlot tensor) => transformer.FormatOf(tensor) switch
        {
            WeightFormat.Float16 => TensorType.Float16,
            WeightFormat.BFloat16 => TensorType.BFloat16,
            _ => TensorType.Float32,
        };

        // Several in one: as the widest of them.
        TensorType HeldTogether(IEnumerable<TensorSlot> parts)
        {
            TensorType[] held = [.. parts.Select(Held).Distinct()];
            return held.Length == 1 ? held[0] : TensorType.Float32;
        }

        IEnumerable<TensorSlot> PartsOf(FusedTensor fused, TensorSlot first) => transformer.Tensors.Where(tensor =>
            tensor.Layer == first.Layer && tensor.IsBias == first.IsBias
            && fused.Parts.Any(part => part.Role == tensor.Role));
    }

    private static ImmutableArray<long> FusedShape(FusedTensor fused, TensorNames names) =>
        fused.Inputs == 0
            ? [fused.Outputs]
            : names.InputsFirst
            ? [fused.Inputs, fused.Outputs]
            : [fused.Outputs, fused.Inputs];

    private static float[] Fused(Transformer transformer, FusedTensor fused, TensorSlot first, TensorNames names)
    {
        int inputs = Math.Max(1, fused.Inputs);
        float[] whole = new float[checked(fused.Outputs * inputs)];     // [outputs, inputs]
        foreach (var tensor in transformer.Tensors.Where(t => t.Layer == first.Layer && t.IsBias == first.IsBias))
        {
            if (fused.Parts.All(part => part.Role != tensor.Role)) continue;
            float[] part = transformer.Read(tensor);
            int[] outputs = fused.OutputsOf(tensor.Role);
            for (int o = 0; o < outputs.Length; o++)
                part.AsSpan(o * inputs, inputs).CopyTo(whole.AsSpan(outputs[o] * inputs));
        }
        return fused.Inputs > 0 && names.InputsFirst ? Transposed(whole, inputs) : whole;
    }

    // [outputs, inputs] → [inputs, outputs]
    private static float[] Transposed(float[] matrix, int inputs)
    {
        int outputs = matrix.Length / inputs;
        float[] turned = new float[matrix.Length];
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++) turned[i * outputs + o] = matrix[o * inputs + i];
        return turned;
    }
}

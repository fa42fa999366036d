using Loci.Memory.Numerics;

namespace Loci.Models.Weights;

/// <summary>
/// Where the parts of a model get their weights from: a checkpoint, another engine, a random generator.
/// </summary>
public abstract class TensorSource
{
    /// <summary>The numbers of a tensor; valid until the source is asked again.</summary>
    /// <exception cref="LociException">There is no such tensor, or its shape is another.</exception>
    public abstract TensorNumbers Open(TensorSlot tensor);

    /// <summary>How <see cref="Open"/> gives a tensor's numbers.</summary>
    /// <exception cref="LociException">As in <see cref="Open"/>.</exception>
    public abstract WeightFormat FormatOf(TensorSlot tensor);

    /// <summary>A source that is a function.</summary>
    /// <param name="numbers">Gives a tensor's numbers, row-major.</param>
    public static TensorSource Of(Func<TensorSlot, float[]> numbers) =>
        new Function(numbers, static _ => WeightFormat.Float32);

    /// <summary>A source that is a function, with matrices held in a format of their own.</summary>
    /// <param name="numbers">Gives a tensor's numbers, row-major.</param>
    /// <param name="format">Gives the format, which must hold the numbers exactly.</param>
    public static TensorSource Of(Func<TensorSlot, float[]> numbers, Func<TensorSlot, WeightFormat> format) =>
        new Function(numbers, format);

    /// <summary>
    /// The numbers of several matrices over the same inputs, one after the other. [outputs of all, inputs]
    /// </summary>
    internal virtual TensorNumbers OpenJoined(IReadOnlyList<TensorSlot> tensors)
    {
        if (tensors.Count == 1) return Open(tensors[0]);
        int total = tensors.Sum(tensor => tensor.Count);
        var format = FormatOf(tensors[0]);
        if (tensors.Any(tensor => FormatOf(tensor) != format)) format = WeightFormat.Float32;
        float[] wide = new float[format == WeightFormat.Float32 ? total : 0];
        ushort[] narrow = new ushort[format == WeightFormat.Float32 ? 0 : total];
        int at = 0;
        foreach (var tensor in tensors)
        {
            var part = Open(tensor);
            int outputs = (int)tensor.Shape[0];
            if (!part.OutputsFirst) part = part.Pick(part.Count / outputs, outputs, [.. Enumerable.Range(0, outputs)]);
            if (format != WeightFormat.Float32) part.Narrow.CopyTo(narrow.AsSpan(at));
            else if (part.Format == WeightFormat.Float32) part.Wide.CopyTo(wide.AsSpan(at));
            else part.ToFloats().CopyTo(wide.AsSpan(at));
            at += part.Count;
        }
        return format == WeightFormat.Float32 ? new(wide) : new(narrow, format);
    }

    private sealed class Function(Func<TensorSlot, float[]> numbers, Func<TensorSlot, WeightFormat> format)
        : TensorSource
    {
        public override WeightFormat FormatOf(TensorSlot tensor) => format(tensor);

        public override TensorNumbers Open(TensorSlot tensor)
        {
            float[] given = numbers(tensor);
            if (given.Length != tensor.Count)
                throw new ArgumentException(
                    $"{tensor} has {tensor.Count} numbers; {given.Length} were given", nameof(tensor));
            return TensorNumbers.Of(given, format(tensor));
        }
    }
}

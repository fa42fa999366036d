using System.Diagnostics.CodeAnalysis;
using Loci.Memory.Numerics;

namespace Loci.Models.Checkpoints;

/// <summary>
/// The tensors of a model on disk, memory-mapped: opening reads names and shapes alone. Safe to read from many threads;
/// spans of its tensors must not be used after <see cref="Dispose()"/>. A file that another program shortens while it is
/// mapped ends the process, as with every mapping: files are to be replaced, not overwritten.
/// </summary>
public abstract class Checkpoint : IDisposable
{
    private readonly Lazy<string> _contentHash;

    private protected Checkpoint(string path)
    {
        Path = path;
        _contentHash = new(HashContent);
    }

    /// <summary>The file it was opened from; of a sharded checkpoint, its index.</summary>
    public string Path { get; }

    /// <summary>Every tensor by name (ordinal).</summary>
    public abstract IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>
    /// What the weights are, lowercase hexadecimal: the SHA-256 of the file; of a sharded checkpoint, the SHA-256 of its
    /// shards' SHA-256 (64 ASCII digits and a line feed each) in ordinal order of their file names. Reads every byte the
    /// first time it is asked for.
    /// </summary>
    public string ContentHash => _contentHash.Value;

    /// <summary>Opens what a path holds: a folder (<see cref="ModelFolder"/>), a shard index, a safetensors or a llama2.c file.</summary>
    public static Checkpoint OpenAny(string path) =>
        Directory.Exists(path) ? OpenAny(ModelFolder.FindWeights(path))
        : path.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase) ? ShardedSafetensors.Open(path)
        : path.EndsWith(".bin", StringComparison.OrdinalIgnoreCase) ? Llama2cFile.Open(path)
        : SafetensorsFile.Open(path);

    /// <summary>The weights of a tensor.</summary>
    /// <exception cref="InvalidFileException">There is no such tensor.</exception>
    /// <exception cref="UnsupportedException">Its type is none of F32, F16, BF16, or it holds more than 2³¹ − 1 numbers.</exception>
    public Tensor OpenTensor(string name) =>
        Tensors.TryGetValue(name, out var info) ? new(FileOf(name), info) : throw Missing([name]);

    /// <summary>The first of several spellings of a name that the checkpoint holds.</summary>
    public bool TryFind([NotNullWhen(true)] out string? name, params ReadOnlySpan<string> candidates)
    {
        name = null;
        foreach (string candidate in candidates)
            if (Tensors.ContainsKey(candidate))
            {
                name = candidate;
                return true;
            }
        return false;
    }

    /// <summary>The first of several spellings of a name that the checkpoint holds.</summary>
    /// <exception cref="InvalidFileException">It holds none of them.</exception>
    public string Find(params ReadOnlySpan<string> candidates) =>
        TryFind(out string? name, candidates) ? name : throw Missing(candidates);

    /// <summary>A vector, widened to float32. [length]</summary>
    /// <exception cref="InvalidFileException">There is no such tensor, or its shape is another.</exception>
    public float[] ReadVector(string name, int length) => OpenShaped(name, length).ReadFloats();

    /// <summary>A weight matrix, packed; 16-bit weights stay 16-bit.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="inputs">Length of an input vector.</param>
    /// <param name="outputs">Length of an output vector.</param>
    /// <param name="outputsFirst">True for [outputs, inputs] (a PyTorch Linear), false for [inputs, outputs] (a GPT-2 Conv1D).</param>
    /// <exception cref="InvalidFileException">There is no such tensor, or its shape is another.</exception>
    public PackedMatrix Pack(string name, int inputs, int outputs, bool outputsFirst)
    {
        var tensor = OpenMatrix(name, inputs, outputs, outputsFirst);
        return tensor.Format == WeightFormat.Float32
            ? PackedMatrix.Pack(tensor.AsFloat32(), inputs, outputs, outputsFirst)
            : PackedMatrix.Pack(tensor.As16Bit(), tensor.Format, inputs, outputs, outputsFirst);
    }

    /// <summary>
    /// Some outputs of a weight matrix, in the order given, packed: one of several matrices that a family stores fused
    /// or interleaved.
    /// </summary>
    /// <param name="name">The tensor.</param>
    /// <param name="inputs">Length of an input vector.</param>
    /// <param name="outputs">Length of an output vector of the whole tensor.</param>
    /// <param name="outputsFirst">As in <see cref="Pack"/>.</param>
    /// <param name="picked">The outputs to keep, each in 0 … <paramref name="outputs"/> − 1.</param>
    /// <exception cref="InvalidFileException">There is no such tensor, or its shape is another.</exception>
    public PackedMatrix PackOutputs(string name, int inputs, int outputs, bool outputsFirst, ReadOnlySpan<int> picked)
    {
        var tensor = OpenMatrix(name, inputs, outputs, outputsFirst);
        return tensor.Format == WeightFormat.Float32
            ? PackedMatrix.Pack(Gather(tensor.AsFloat32(), inputs, outputs, outputsFirst, picked), inputs, picked.Length, outputsFirst)
            : PackedMatrix.Pack(
                Gather(tensor.As16Bit(), inputs, outputs, outputsFirst, picked), tensor.Format, inputs, picked.Length, outputsFirst);
    }

    /// <summary>A tensor whose shape is known beforehand.</summary>
    /// <exception cref="InvalidFileException">There is no such tensor, or its shape is another.</exception>
    public Tensor OpenShaped(string name, params ReadOnlySpan<long> shape)
    {
        var tensor = OpenTensor(name);
        if (!tensor.Info.Shape.AsSpan().SequenceEqual(shape))
            throw new InvalidFileException(
                FileOf(name).Path,
                $"tensor {ErrorText.Quote(name)} has the shape {tensor.Info.ShapeText}; " +
                $"[{string.Join(", ", shape.ToArray())}] was expected",
                tensor.Info.Offset);
        return tensor;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Unmaps the files.</summary>
    protected abstract void Dispose(bool disposing);

    private protected abstract MappedFile FileOf(string name);

    private protected abstract string HashContent();

    private Tensor OpenMatrix(string name, int inputs, int outputs, bool outputsFirst) =>
        outputsFirst ? OpenShaped(name, outputs, inputs) : OpenShaped(name, inputs, outputs);

    private static T[] Gather<T>(ReadOnlySpan<T> source, int inputs, int outputs, bool outputsFirst, ReadOnlySpan<int> picked)
    {
        foreach (int output in picked)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(output, nameof(picked));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(output, outputs, nameof(picked));
        }
        T[] some = new T[checked(inputs * picked.Length)]; // [picked, inputs] or [inputs, picked]
        if (outputsFirst)
            for (int n = 0; n < picked.Length; n++)
                source.Slice(picked[n] * inputs, inputs).CopyTo(some.AsSpan(n * inputs));
        else
            for (int i = 0; i < inputs; i++)
                for (int n = 0; n < picked.Length; n++)
                    some[i * picked.Length + n] = source[i * outputs + picked[n]];
        return some;
    }

    private InvalidFileException Missing(ReadOnlySpan<string> candidates) =>
        new(Path, $"has no tensor {string.Join(" or ", candidates.ToArray().Select(ErrorText.Quote))}");
}

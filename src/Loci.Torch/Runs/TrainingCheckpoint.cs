using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Loci.Checkpoints;
using Loci.Torch.Autograd;
using Loci.Torch.Networks;
using Loci.Torch.Optimisation;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Loci.Torch.Runs;

/// <summary>
/// All that a training needs to go on as if it had never stopped: weights, moments, losses and what is carried over, in
/// one safetensors file that is replaced whole. The place in the text and the random numbers follow from the step and
/// the config's seed. A SHA-256 over names and numbers seals it; files of versions that wrote none are still read.
/// </summary>
public static class TrainingCheckpoint
{
    /// <summary>Its name in the folder of a run.</summary>
    public const string FileName = "checkpoint.safetensors";

    private const string Identity = "identity", Seal = "sha256";
    private const string Values = "values", Means = "means", Squares = "squares", Losses = "losses",
        HeldOut = "held_out";
    private const string Memory = "carried_memory", KeySums = "carried_key_sums", Tail = "carried_tail";

    /// <summary>Writes a checkpoint in place of the one before, whole or not at all.</summary>
    public static void Write(string path, string identity, ParameterSet parameters, AdamW optimiser, LossCurve curve,
        IReadOnlyList<CarriedMemory>? carried)
    {
        (string Name, float[] Numbers)[] tensors =
        [
            (Values, parameters.Values.ToArray()), (Means, optimiser.Means), (Squares, optimiser.Squares),
            (Losses, [.. curve.Training]),
            // A step is written as two numbers that float32 holds exactly.
            (HeldOut, [
                .. curve.HeldOut.SelectMany(p => (float[])[p.Step >> 20, p.Step & 0xFFFFF, p.Loss, p.Accuracy])]),
        ];
        (string Name, Tensor Numbers)[] parts = [.. Parts(carried)];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, numbers) in tensors) Add(hash, name, numbers);
        foreach (var (name, numbers) in parts) Add(hash, name, TensorData.Of<float>(numbers));
        using var writer = new SafetensorsWriter(
            path, [
                .. tensors.Select(tensor => new TensorInfo(tensor.Name, TensorType.Float32, [tensor.Numbers.Length])),
                .. parts.Select(part => new TensorInfo(part.Name, TensorType.Float32, [.. part.Numbers.shape]))],
            new Dictionary<string, string>
            {
                [Identity] = identity, [Seal] = Convert.ToHexStringLower(hash.GetHashAndReset()),
            });
        foreach (var (name, numbers) in tensors) writer.Append(name, numbers);
        foreach (var (name, numbers) in parts) writer.Append(name, TensorData.Of<float>(numbers));
        writer.Complete();
    }

    /// <summary>Takes up a training.</summary>
    /// <exception cref="LociException">The checkpoint is of another training, or damaged.</exception>
    public static void Read(string path, string identity, ParameterSet parameters, AdamW optimiser, LossCurve curve,
        IReadOnlyList<CarriedMemory>? carried)
    {
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault(Identity) != identity)
            throw new LociException(
                $"{path} is the checkpoint of another config or text; delete it, or name another folder as out.");
        if (file.Metadata.TryGetValue(Seal, out string? seal)) Check(file, path, seal, carried?.Count ?? 0);
        file.OpenShaped(Values, parameters.Length).CopyFloats(0, parameters.Values);
        file.OpenShaped(Means, parameters.Length).CopyFloats(0, optimiser.Means);
        file.OpenShaped(Squares, parameters.Length).CopyFloats(0, optimiser.Squares);
        curve.Training.AddRange(file.OpenTensor(Losses).ReadFloats());
        foreach (float[] point in file.OpenTensor(HeldOut).ReadFloats().Chunk(4))
        {
            if (point.Length < 4) throw new InvalidFileException(path, $"the tensor «{HeldOut}» is cut");
            curve.HeldOut.Add((((long)point[0] << 20) + (long)point[1], point[2], point[3]));
        }
        for (int l = 0; l < (carried?.Count ?? 0); l++)
            (carried![l].Memory, carried[l].KeySums, carried[l].Tail) =
                (Carried(file, l, Memory), Carried(file, l, KeySums), Carried(file, l, Tail));
    }

    // In the order of writing.
    private static void Check(SafetensorsFile file, string path, string seal, int layers)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var carried = Enumerable.Range(0, layers)
            .SelectMany(l => (string[])[$"{Memory}.{l}", $"{KeySums}.{l}", $"{Tail}.{l}"])
            .Where(file.Tensors.ContainsKey);
        foreach (string name in carried.Prepend(HeldOut).Prepend(Losses).Prepend(Squares).Prepend(Means)
            .Prepend(Values))
            Add(hash, name, file.OpenTensor(name).ReadFloats());
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != seal)
            throw new InvalidFileException(path, "its numbers are not those that were written; delete it");
    }

    private static void Add(IncrementalHash hash, string name, ReadOnlySpan<float> numbers)
    {
        hash.AppendData(Encoding.UTF8.GetBytes($"{name} {numbers.Length}\n"));
        hash.AppendData(MemoryMarshal.AsBytes(numbers));
    }

    private static IEnumerable<(string Name, Tensor Numbers)> Parts(IReadOnlyList<CarriedMemory>? carried)
    {
        for (int l = 0; l < (carried?.Count ?? 0); l++)
        {
            if (carried![l].Memory is { } memory) yield return ($"{Memory}.{l}", memory);
            if (carried[l].KeySums is { } keySums) yield return ($"{KeySums}.{l}", keySums);
            if (carried[l].Tail is { } tail) yield return ($"{Tail}.{l}", tail);
        }
    }

    private static Tensor? Carried(SafetensorsFile file, int layer, string part) =>
        !file.Tensors.TryGetValue($"{part}.{layer}", out var info) ? null
        : tensor(file.OpenTensor(info.Name).ReadFloats(), [.. info.Shape]);
}

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
/// the config's seed.
/// </summary>
public static class TrainingCheckpoint
{
    public const string FileName = "checkpoint.safetensors";

    private const string Values = "values", Means = "means", Squares = "squares", Losses = "losses",
        HeldOut = "held_out";
    private const string Memory = "carried_memory", KeySums = "carried_key_sums", Tail = "carried_tail";

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
        using var writer = new SafetensorsWriter(
            path, [
                .. tensors.Select(tensor => new TensorInfo(tensor.Name, TensorType.Float32, [tensor.Numbers.Length])),
                .. Parts(carried).Select(
                    part => new TensorInfo(part.Name, TensorType.Float32, [.. part.Numbers.shape]))],
            new Dictionary<string, string> { ["identity"] = identity });
        foreach (var (name, numbers) in tensors) writer.Append(name, numbers);
        foreach (var (name, numbers) in Parts(carried)) writer.Append(name, TensorData.Of<float>(numbers));
        writer.Complete();
    }

    /// <summary>Takes up a training.</summary>
    /// <exception cref="LociException">The checkpoint is of another training, or damaged.</exception>
    public static void Read(string path, string identity, ParameterSet parameters, AdamW optimiser, LossCurve curve,
        IReadOnlyList<CarriedMemory>? carried)
    {
        using var file = SafetensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("identity") != identity)
            throw new LociException(
                $"{path} is the checkpoint of another config or text; delete it, or name another folder as out.");
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

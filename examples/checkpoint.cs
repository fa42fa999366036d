// A checkpoint alone: write tensors to a safetensors file, then read them memory-mapped and checked.
// Run it: dotnet run examples/checkpoint.cs
#:project ../src/Loci.Checkpoints

using Loci.Checkpoints;

string folder = Directory.CreateTempSubdirectory("loci-").FullName;
try
{
    string path = Path.Combine(folder, "small.safetensors");
    SafetensorsWriter.WriteAll(path, ("weight", [2, 3], [1, 2, 3, 4, 5, 6]), ("bias", [3], [0, 0, 1]));

    using Checkpoint file = Checkpoint.OpenAny(path);
    foreach (var tensor in file.Tensors.Values.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        Console.WriteLine($"{tensor.Name}: {tensor.Type} [{string.Join(", ", tensor.Shape)}]");
    Console.WriteLine(string.Join(" ", file.ReadVector("bias", length: 3)));
    Console.WriteLine(string.Join(" ", file.OpenShaped("weight", 2, 3).ReadFloats()));
}
finally
{
    Directory.Delete(folder, recursive: true);
}

// Prints:
// bias: Float32 [3]
// weight: Float32 [2, 3]
// 0 0 1
// 1 2 3 4 5 6

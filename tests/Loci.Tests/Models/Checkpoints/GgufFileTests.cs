using System.Runtime.InteropServices;
using Loci.Checkpoints;
using Loci.Checkpoints.Gguf;

namespace Loci.Tests.Models.Checkpoints;

public sealed class GgufFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Files/gguf_blocks.py: random blocks, widened by ggml's own loops.
    [Fact]
    public void Widens_every_packing_as_ggml_does()
    {
        using var file = GgufFile.Open(PathOf("blocks.gguf"));
        float[] expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(PathOf("blocks.f32"))).ToArray();
        int at = 0, packings = 0;
        foreach (var tensor in file.Tensors.Values.OrderBy(tensor => tensor.Offset))
        {
            float[] read = file.OpenTensor(tensor.Name).ReadFloats();
            Assert.Equal(expected[at..(at + read.Length)], read);
            Assert.Equal(tensor.Name, tensor.BlockFormat!.ToLowerInvariant());
            at += read.Length;
            packings++;
        }
        Assert.Equal(expected.Length, at);
        Assert.Equal(GgufFormat.All.Count(format => format.Widen is not null), packings);
    }

    [Fact]
    public void Reads_metadata_of_every_kind()
    {
        using var file = GgufFile.Open(PathOf("blocks.gguf"));
        Assert.Equal("none", file.Metadata.Text("general.architecture"));
        Assert.Equal(["a", "bc"], file.Metadata.Texts("list")!);
        Assert.Equal(1.5, file.Metadata.Number("number"));
        Assert.True(file.Metadata.Flag("flag"));
        Assert.Null(file.Metadata.Text("absent"));
        Assert.Throws<InvalidFileException>(() => file.Metadata.Whole("number"));
    }

    [Fact]
    public void What_is_written_reads_back()
    {
        string path = Path.Combine(_folder.Path, "own.gguf");
        var random = new Random(3);
        float[] numbers = [.. Enumerable.Range(0, 128).Select(_ => (float)(random.NextDouble() - 0.5))];
        GgufWriter.Write(
            path, [new("general.architecture", "llama"), new("a.count", 3), new("a.rate", 0.5f), new("a.on", true),
                new("a.words", new[] { "x", "y" })],
            [.. new[] { "F32", "F16", "BF16", "Q8_0" }.Select(name => new GgufWriter.Entry(
                name, [2, 64], GgufFormat.All.First(format => format.Name == name), () => numbers))]);
        using var file = GgufFile.Open(path);
        Assert.Equal(3, file.Metadata.Whole("a.count"));
        Assert.Equal(0.5, file.Metadata.Number("a.rate"));
        Assert.Equal(["x", "y"], file.Metadata.Texts("a.words")!);
        Assert.Equal(numbers, file.OpenShaped("F32", 2, 64).ReadFloats());
        Assert.Equal([.. numbers.Select(x => (float)(Half)x)], file.OpenTensor("F16").ReadFloats());
        // Q8_0 keeps the largest of 32 numbers as 127: half a step of 0.5/127 is the worst error, and d is a float16.
        Assert.Equal(numbers, file.OpenTensor("Q8_0").ReadFloats(),
            (a, b) => Math.Abs(a - b) < 0.51f * 0.5f / 127 + 3e-4f);
    }

    [Fact]
    public void Whatever_the_bytes_a_tensor_lies_inside_the_file_or_the_file_is_refused()
    {
        byte[] whole = File.ReadAllBytes(PathOf("blocks.gguf"));
        var random = new Random(7);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = Mutation.Of(whole, random);
            try
            {
                foreach (var tensor in GgufHeader.Read(bytes, bytes.Length, "input", out _).Values)
                    Assert.InRange(tensor.Info.Offset + tensor.Bytes, 0, bytes.Length);
            }
            catch (LociException)
            {
            }
        }
    }

    private static string PathOf(string name) =>
        Path.Combine(AppContext.BaseDirectory, "Models", "Checkpoints", "Files", name);
}

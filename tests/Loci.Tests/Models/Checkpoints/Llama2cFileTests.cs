using Loci.Checkpoints;

namespace Loci.Tests.Models.Checkpoints;

public sealed class Llama2cFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Every_number_of_a_file_is_found_under_its_name(bool tied)
    {
        const int dim = 4, hidden = 3, layers = 2, heads = 2, kv = 1, vocabulary = 5, context = 7, kvDim = 2;
        (string Name, long[] Shape)[] kinds =
        [
            ("input_layernorm", [dim]), ("self_attn.q_proj", [dim, dim]), ("self_attn.k_proj", [kvDim, dim]),
            ("self_attn.v_proj", [kvDim, dim]), ("self_attn.o_proj", [dim, dim]), ("post_attention_layernorm", [dim]),
            ("mlp.gate_proj", [hidden, dim]), ("mlp.down_proj", [dim, hidden]), ("mlp.up_proj", [hidden, dim]),
        ];
        List<(string Name, long[] Shape)> order = [("model.embed_tokens.weight", [vocabulary, dim])];
        foreach (var (name, shape) in kinds)
            for (int layer = 0; layer < layers; layer++) order.Add(($"model.layers.{layer}.{name}.weight", shape));
        order.Add(("model.norm.weight", [dim]));
        order.Add(("rotation tables", [2, context, dim / heads / 2]));
        if (!tied) order.Add(("lm_head.weight", [vocabulary, dim]));
        int total = order.Sum(tensor => (int)Size(tensor.Shape));
        float[] numbers = [.. Enumerable.Range(0, total).Select(i => (float)i)];
        int[] header = [dim, hidden, layers, heads, kv, tied ? vocabulary : -vocabulary, context];
        using var file = Llama2cFile.Open(
            _folder.Write("m.bin", [.. header.SelectMany(BitConverter.GetBytes), .. SafetensorsBytes.Floats(numbers)]));

        Assert.Equal(new(dim, hidden, layers, heads, kv, vocabulary, context, tied), file.Header);
        Assert.Equal(order.Count - 1, file.Tensors.Count);
        int at = 0;
        foreach (var (name, shape) in order)
        {
            int size = (int)Size(shape);
            if (name != "rotation tables")
                Assert.Equal(numbers[at..(at + size)], file.OpenShaped(name, shape).ReadFloats());
            at += size;
        }
    }

    [Fact]
    public void Reads_the_published_model()
    {
        using var file = Llama2cFile.Open(SharedData.Require("stories260K", "stories260K.bin"));
        Assert.Equal(new(64, 172, 5, 8, 4, 512, 512, TiedOutput: true), file.Header);
        Assert.Equal(260_032, file.Tensors.Values.Sum(tensor => tensor.Count));

        // The skipped tables follow the last norm: cosines then sines of position · 10000^(−2i/8).
        var norm = file.Tensors["model.norm.weight"];
        byte[] bytes = File.ReadAllBytes(file.Path);
        for (int position = 0; position < 512; position += 73)
            for (int i = 0; i < 4; i++)
            {
                double angle = position * Math.Pow(10000, -2.0 * i / 8);
                int at = (int)(norm.Offset + norm.ByteLength) + (position * 4 + i) * 4;
                // float32 angles up to 512 radians
                Assert.Equal(Math.Cos(angle), BitConverter.ToSingle(bytes, at), 1e-4);
                Assert.Equal(Math.Sin(angle), BitConverter.ToSingle(bytes, at + 512 * 4 * 4), 1e-4);
            }
    }

    [Fact]
    public void A_folder_with_a_model_and_its_tokenizer_is_opened_by_the_model()
    {
        using var file = Checkpoint.OpenAny(SharedData.Require("stories260K"));
        Assert.IsType<Llama2cFile>(file);
    }

    [Theory]
    [InlineData(new[] { 0x616b3432, 1, 0, 0, 0, 0, 0 })]
    [InlineData(new[] { 0x616b3432, 2 })]
    public void Later_versions_are_refused_by_name(int[] header)
    {
        var error = Assert.Throws<UnsupportedException>(() => Open(header));
        Assert.Contains($"version {header[1]}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 64, 172 }, "header")]
    [InlineData(new[] { 0, 172, 5, 8, 4, 512, 512 }, "dim is 0")]
    [InlineData(new[] { 64, -1, 5, 8, 4, 512, 512 }, "hidden_dim is -1")]
    [InlineData(new[] { 64, 172, 5, 7, 7, 512, 512 }, "no even multiple")]
    [InlineData(new[] { 64, 172, 5, 64, 64, 512, 512 }, "no even multiple")]
    [InlineData(new[] { 64, 172, 5, 8, 3, 512, 512 }, "n_kv_heads")]
    [InlineData(new[] { 64, 172, 5, 8, 4, int.MinValue, 512 }, "vocab_size")]
    [InlineData(new[] { 64, 172, int.MaxValue, 8, 4, 512, 512 }, "n_layers")]
    [InlineData(new[] { 64, 172, 5, 8, 4, 512, 512 }, "it is cut")]
    [InlineData(new[] { int.MaxValue - 1, int.MaxValue, 4096, 1, 1, int.MaxValue, int.MaxValue }, "it is cut")]
    public void Says_what_is_wrong_with_a_file(int[] header, string problem) =>
        Assert.Contains(
            problem, Assert.Throws<InvalidFileException>(() => Open(header)).Message, StringComparison.Ordinal);

    private Llama2cFile Open(int[] header) =>
        Llama2cFile.Open(_folder.Write("h.bin", [.. header.SelectMany(BitConverter.GetBytes)]));

    private static long Size(long[] shape) => shape.Aggregate(1L, (size, extent) => size * extent);
}

using Loci.Models.Weights;
using System.Security.Cryptography;
using System.Text;
using Loci.Memory.Numerics;
using Loci.Checkpoints;

namespace Loci.Tests.Models.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(""), InlineData(" "), InlineData("  "), InlineData("   ")] // every alignment of the data
    public void Reads_what_a_hand_made_file_holds(string padding)
    {
        using var file = Open(
            """{"b":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"__metadata__":{"k":"v"},"s":{"dtype":"F32","shape":[],"data_offsets":[16,20]}}""" + padding,
            SafetensorsBytes.Floats(1, -2, 3.5f, float.PositiveInfinity, 7));
        Assert.Equal(["b", "s"], file.Tensors.Keys.Order());
        Assert.Equal("v", file.Metadata["k"]);
        Assert.Equal([2, 2], file.Tensors["b"].Shape);
        Assert.Equal([1, -2, 3.5f, float.PositiveInfinity], file.OpenTensor("b").AsFloat32().ToArray());
        Assert.Equal([7], file.OpenTensor("s").ReadFloats());
        Assert.Throws<InvalidOperationException>(() => file.OpenTensor("b").As16Bit());
    }

    [Fact]
    public void Widens_16_bit_numbers_exactly()
    {
        // 1.5, −2, 2⁻²⁴ (the least of float16) and 1.5, −2, 2⁻¹³³ (the least of bfloat16)
        ushort[] raw = [0x3E00, 0xC000, 0x0001, 0x3FC0, 0xC000, 0x0001];
        using var file = Open(
            """{"h":{"dtype":"F16","shape":[3],"data_offsets":[0,6]},"b":{"dtype":"BF16","shape":[3],"data_offsets":[6,12]}}""",
            [.. raw.SelectMany(BitConverter.GetBytes)]);
        Assert.Equal([1.5f, -2, MathF.ScaleB(1, -24)], file.OpenTensor("h").ReadFloats());
        Assert.Equal([1.5f, -2, MathF.ScaleB(1, -133)], file.OpenTensor("b").ReadFloats());
        Assert.Equal(raw[3..], file.OpenTensor("b").As16Bit().ToArray());
        Assert.Equal(WeightFormat.BFloat16, file.OpenTensor("b").Type.Format());
        float[] part = new float[2];
        file.OpenTensor("b").CopyFloats(1, part);
        Assert.Equal([-2, MathF.ScaleB(1, -133)], part);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.OpenTensor("b").CopyFloats(2, part));
    }

    [Fact]
    public void Lists_other_types_and_refuses_them_as_weights()
    {
        using var file = Open(
            """{"i":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"q":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[8,11]},"f":{"dtype":"F4","shape":[2],"data_offsets":[11,12]}}""",
            new byte[12]);
        Assert.Equal(TensorType.Int64, file.Tensors["i"].Type);
        Assert.Equal(1, file.Tensors["f"].ByteLength);
        var error = Assert.Throws<UnsupportedException>(() => file.OpenTensor("q"));
        Assert.Contains("«q» is F8_E4M3", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "left over")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "it is cut")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "takes 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "twice")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "dtype twice")]
    [InlineData("""{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", 4, "«F33»")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "lacks")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "no integer")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "no integer")]
    [
        InlineData(
            """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", 4, "no 63-bit number"),
    ]
    [
        InlineData(
            """{"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,0]}}""", 0, "no 63-bit number"),
    ]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "begin, end")]
    [
        InlineData(
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775803,9223372036854775807]}}""", 4,
            "outside any file"),
    ]
    [InlineData("""{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}""", 1, "no 63-bit number")]
    [InlineData("""{"a":[[[[[[[[[[[[]]]]]]]]]]]]}""", 0, "header")]
    [InlineData("""{"a":{"x":[[[[[[[[[[[[]]]]]]]]]]]]}}""", 0, "not the JSON")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "Unicode")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "metadata")]
    [InlineData("""{} x""", 0, "not the JSON")]
    [InlineData("""[]""", 0, "does not start")]
    [InlineData("""{"a":""", 0, "not the JSON")]
    public void Says_what_is_wrong_with_a_file(string header, int dataLength, string problem)
    {
        var error = Assert.Throws<InvalidFileException>(() => Open(header, new byte[dataLength]));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Offset);
        Assert.InRange(error.Offset.Value, 0, 8 + header.Length + dataLength);
    }

    [Theory]
    [InlineData(0L), InlineData(-1L), InlineData(long.MinValue), InlineData(100_000_001L), InlineData(3L)]
    public void Refuses_a_header_length_that_does_not_fit(long length)
    {
        byte[] bytes = [.. BitConverter.GetBytes(length), (byte)'{', (byte)'}'];
        Assert.Equal(
            length == 0 ? 8 : 0,
            Assert.Throws<InvalidFileException>(() => SafetensorsFile.Open(_folder.Write("x", bytes))).Offset);
    }

    [Fact]
    public void A_missing_an_empty_and_a_folder_are_typed_errors()
    {
        Assert.Contains(
            "no such file", Assert.Throws<InvalidFileException>(() => SafetensorsFile.Open(_folder["absent"])).Message,
            StringComparison.Ordinal);
        Assert.Throws<InvalidFileException>(() => SafetensorsFile.Open(_folder.Write("empty", [])));
        Assert.Throws<InvalidFileException>(() => SafetensorsFile.Open(_folder.Path));
    }

    [Fact]
    public void Names_tensor_expected_and_found_shape()
    {
        using var file = Open("""{"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}""", new byte[24]);
        var error = Assert.Throws<InvalidFileException>(() => file.OpenShaped("w", 3, 2));
        Assert.Contains("«w» has the shape [2, 3]; [3, 2] was expected", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidFileException>(() => file.ReadVector("w", 6));
        Assert.Contains(
            "«x» or «y»", Assert.Throws<InvalidFileException>(() => file.Find("x", "y")).Message,
            StringComparison.Ordinal);
        Assert.Equal("w", file.Find("transformer.w", "w"));
        Assert.False(file.TryFind(out _, "x"));
    }

    [Theory]
    [InlineData(TensorType.Float32), InlineData(TensorType.Float16), InlineData(TensorType.BFloat16)]
    public void Packs_whole_matrices_and_picked_outputs(TensorType type)
    {
        const int inputs = 3, outputs = 6;
        float[] values = [.. Enumerable.Range(0, inputs * outputs).Select(i => (float)i)]; // exact in every type
        using (
            var writer = new SafetensorsWriter(
                _folder["m"], [new("linear", type, [outputs, inputs]), new("conv", type, [inputs, outputs])]))
        {
            writer.Append("linear", values);
            writer.Append("conv", values);
            writer.Complete();
        }
        using var file = SafetensorsFile.Open(_folder["m"]);
        int[] picked = [4, 0, 5];
        foreach (bool first in (bool[])[true, false])
        {
            string name = first ? "linear" : "conv";
            var tensor = first ? file.OpenShaped(name, outputs, inputs) : file.OpenShaped(name, inputs, outputs);
            var whole = tensor.Numbers(first).Pack(inputs, outputs);
            var some = tensor.Numbers(first).Pick(inputs, outputs, picked).Pack(inputs, picked.Length);
            float[] column = new float[inputs];
            for (int n = 0; n < picked.Length; n++)
            {
                float[] expected =
                [
                    .. Enumerable.Range(0, inputs)
                        .Select(i => first ? values[picked[n] * inputs + i] : values[i * outputs + picked[n]]),
                ];
                whole.CopyOutput(picked[n], column);
                Assert.Equal(expected, column);
                some.CopyOutput(n, column);
                Assert.Equal(expected, column);
            }
            Assert.Equal(type.Format(), whole.Format);
            Assert.Equal(type.Format(), some.Format);
        }
    }

    [Fact]
    public void The_content_hash_is_the_files_sha256_and_reading_after_disposal_is_refused()
    {
        byte[] bytes = SafetensorsBytes.Of("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 1, 2, 3, 4);
        var file = SafetensorsFile.Open(_folder.Write("x", bytes));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), file.ContentHash);
        var tensor = file.OpenTensor("w");
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.AsFloat32());
    }

    [Fact]
    public void A_name_is_printed_without_control_sequences()
    {
        var error = Assert.Throws<InvalidFileException>(() => Open(
            $$$"""{"\u001b[31m{{{new string('x', 5000)}}}":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""",
            new byte[4]));
        Assert.DoesNotContain('\u001b', error.Message);
        Assert.True(error.Message.Length < 500);
    }

    [Fact]
    public void Offsets_go_beyond_32_bits_and_counts_do_not()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a file system with sparse files by default");
        byte[] start = SafetensorsBytes.Of(
            """{"big":{"dtype":"BF16","shape":[2147483648],"data_offsets":[0,4294967296]},"z":{"dtype":"F32","shape":[1],"data_offsets":[4294967296,4294967300]}}""");
        using (var stream = File.Create(_folder["sparse"]))
        {
            stream.Write(start);
            stream.Position = start.Length + 4294967296;
            stream.Write(SafetensorsBytes.Floats(42));
        }
        using var file = SafetensorsFile.Open(_folder["sparse"]);
        Assert.Equal([42], file.ReadVector("z", 1));
        Assert.Contains(
            "2147483648 numbers", Assert.Throws<UnsupportedException>(() => file.OpenTensor("big")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_a_published_checkpoint()
    {
        using var file = Checkpoint.OpenAny(SharedData.Require("gpt-nano-sort"));
        int header = 8 + (int)BitConverter.ToInt64(File.ReadAllBytes(file.Path), 0);
        Assert.Equal(new FileInfo(file.Path).Length - header, file.Tensors.Values.Sum(tensor => 4 * tensor.Count));
        Assert.Equal(
            [48, 144], file.Tensors[file.Find("h.0.attn.c_attn.weight", "transformer.h.0.attn.c_attn.weight")].Shape);
    }

    private SafetensorsFile Open(string header, params byte[] data) =>
        SafetensorsFile.Open(_folder.Write("x.safetensors", SafetensorsBytes.Of(Encoding.UTF8.GetBytes(header), data)));
}

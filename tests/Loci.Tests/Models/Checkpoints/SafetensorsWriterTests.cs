using CsCheck;
using Loci.Checkpoints;

namespace Loci.Tests.Models.Checkpoints;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_in_pieces_and_any_order_is_read_back()
    {
        var genTensor = Gen.Select(Gen.Enum<Kind>(), Gen.Long[0, 5].Array[0, 3], Gen.Int[1, 40]);
        Gen.Select(genTensor.Array[0, 6], Gen.String.Array[0, 3], Gen.Int).Sample((shapes, metadata, seed) =>
        {
            var random = new Random(seed);
            var tensors = shapes.Select((t, i) => new TensorInfo($"t{i}é\"", (TensorType)t.Item1, [.. t.Item2]))
                .ToArray();
            var values = tensors.ToDictionary(t => t.Name, t =>
                Enumerable.Range(0, (int)t.Count).Select(_ => (float)random.Next(-100, 100)).ToArray());
            var texts = metadata.Select((text, i) => (i, text)).ToDictionary(m => $"k{m.i}", m => Valid(m.text));
            using (var writer = new SafetensorsWriter(_folder["w"], tensors, texts))
            {
                var rest = tensors.Zip(shapes, (t, s) => (t.Name, Piece: s.Item3)).ToList();
                var at = tensors.ToDictionary(t => t.Name, _ => 0);
                while (rest.Count > 0)
                {
                    int n = random.Next(rest.Count);
                    var (name, piece) = rest[n];
                    int count = Math.Min(piece, values[name].Length - at[name]);
                    writer.Append(name, values[name].AsSpan(at[name], count));
                    at[name] += count;
                    if (at[name] == values[name].Length) rest.RemoveAt(n);
                }
                writer.Complete();
            }
            using var file = SafetensorsFile.Open(_folder["w"]);
            Assert.Equal(tensors.Length, file.Tensors.Count);
            foreach (var tensor in tensors)
            {
                Assert.Equal(tensor.Shape, file.Tensors[tensor.Name].Shape);
                Assert.Equal(tensor.Type, file.Tensors[tensor.Name].Type);
                Assert.Equal(0, file.Tensors[tensor.Name].Offset % (tensor.Type == TensorType.Float32 ? 4 : 2));
                Assert.Equal(values[tensor.Name], file.OpenTensor(tensor.Name).ReadFloats());
            }
            Assert.Equal(texts.OrderBy(m => m.Key), file.Metadata.OrderBy(m => m.Key));
            Assert.Single(Directory.GetFiles(_folder.Path));
        }, iter: 100, threads: 1);
    }

    [Fact]
    public void Rounds_to_the_nearest_16_bit_number_ties_to_even()
    {
        // Around 1, neighbours of bfloat16 lie 2⁻⁷ apart, of float16 2⁻¹⁰.
        float tie = 1 + MathF.ScaleB(1, -8), above = MathF.BitIncrement(tie), tie2 = 1 + 3 * MathF.ScaleB(1, -8);
        float halfTie = 1 + MathF.ScaleB(1, -11);
        using (
            var writer = new SafetensorsWriter(
                _folder["r"], [new("b", TensorType.BFloat16, [5]), new("h", TensorType.Float16, [3])]))
        {
            writer.Append("b", [tie, above, tie2, float.NaN, float.MaxValue]);
            writer.Append("h", [halfTie, MathF.BitIncrement(halfTie), 1e6f]);
            writer.Complete();
        }
        using var file = SafetensorsFile.Open(_folder["r"]);
        Assert.Equal(
            [1, 1 + MathF.ScaleB(1, -7), 1 + MathF.ScaleB(1, -6), float.NaN, float.PositiveInfinity],
            file.OpenTensor("b").ReadFloats());
        Assert.Equal([1, 1 + MathF.ScaleB(1, -10), float.PositiveInfinity], file.OpenTensor("h").ReadFloats());
    }

    [Fact]
    public void BFloat16_survives_the_way_out_and_back()
    {
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            float wide = BitConverter.Int32BitsToSingle(bits << 16);
            Assert.True(float.IsNaN(wide)
                ? float.IsNaN(BitConverter.Int32BitsToSingle(SafetensorsWriter.ToBFloat16(wide) << 16))
                : SafetensorsWriter.ToBFloat16(wide) == bits);
        }
    }

    [Fact]
    public void Refuses_what_cannot_be_written()
    {
        Assert.Throws<ArgumentException>(() => new SafetensorsWriter(_folder["a"], [new("x", TensorType.Int8, [1])]));
        Assert.Throws<ArgumentException>(
            () => new SafetensorsWriter(_folder["a"], [new("x", TensorType.Float32, [-1])]));
        Assert.Throws<ArgumentException>(
            () => new SafetensorsWriter(_folder["a"], [new("x", TensorType.Float32, [long.MaxValue, 2])]));
        Assert.Throws<ArgumentException>(
            () => new SafetensorsWriter(
                _folder["a"], [new("x", TensorType.Float32, [1]), new("x", TensorType.Float32, [1])]));
        Assert.Throws<LociException>(
            () => new SafetensorsWriter(_folder["no/folder"], [new("x", TensorType.Float32, [1])]));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void An_unfinished_file_never_appears()
    {
        File.WriteAllText(_folder["a"], "old");
        using (
            var writer = new SafetensorsWriter(
                _folder["a"], [new("x", TensorType.Float32, [2]), new("h", TensorType.Float16, [1])]))
        {
            writer.Append("x", [1f]);
            Assert.Throws<ArgumentException>(() => writer.Append("x", [1f, 2f]));
            Assert.Throws<ArgumentException>(() => writer.Append("y", [1f]));
            Assert.Throws<ArgumentException>(() => writer.Append("x", [(ushort)1]));
            writer.Append("h", [(ushort)1]);
            Assert.Throws<InvalidOperationException>(writer.Complete);
        }
        Assert.Equal("old", File.ReadAllText(_folder["a"]));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void The_header_is_padded_and_orders_wide_types_first()
    {
        SafetensorsWriter.WriteAll(_folder["z"], ("b", [1], [2]), ("a", [1], [1]));
        string expected =
            """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""";
        byte[] header = [.. System.Text.Encoding.ASCII.GetBytes(expected.PadRight((expected.Length + 7) / 8 * 8))];
        Assert.Equal(SafetensorsBytes.Of(header, SafetensorsBytes.Floats(1, 2)), File.ReadAllBytes(_folder["z"]));
    }

    private enum Kind { Float32, Float16, BFloat16 }

    /// <summary>JSON holds Unicode text only: lone surrogates go.</summary>
    private static string Valid(string text) => string.Concat(text.Where(c => !char.IsSurrogate(c)));
}

using Loci.Checkpoints;

namespace Loci.Tests.Models.Checkpoints;

/// <summary>Files that PyTorch itself wrote (Files/torch_files.py).</summary>
public sealed class TorchFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("zip.pt"), InlineData("legacy.pt"), InlineData("trained.pt")]
    public void Reads_the_tensors_of_both_layouts(string name)
    {
        using var file = Checkpoint.OpenAny(PathOf(name));
        Assert.IsType<TorchFile>(file);
        Assert.Equal(12, file.Tensors.Count);
        float[] plain = [.. Enumerable.Range(0, 24).Select(i => i / 8f)];
        Assert.Equal(plain, file.OpenShaped("plain", 4, 6).ReadFloats());
        float[] transposed = [
            .. from j in Enumerable.Range(0, 6) from i in Enumerable.Range(0, 4) select plain[i * 6 + j]];
        Assert.Equal(transposed, file.OpenShaped("transposed", 6, 4).ReadFloats());
        Assert.Equal([8 / 8f, 9 / 8f, 10 / 8f, 14 / 8f, 15 / 8f, 16 / 8f],
            file.OpenShaped("column", 2, 3).ReadFloats());
        Assert.Equal([0, 1, 2, 3], file.OpenTensor("shared_a").ReadFloats());
        Assert.Equal([3, 4, 5, 6, 7, 8, 9], file.OpenTensor("shared_b").ReadFloats());
        Assert.Equal([1.5f, 1.5f, 1.5f], file.OpenTensor("wide").ReadFloats());
        Assert.Equal(TensorType.BFloat16, file.OpenTensor("bfloat").Type);
        Assert.Equal([1.5f, -2, 0.00099945068359375f], file.OpenTensor("bfloat").ReadFloats());
        Assert.Equal([1.5f, -2], file.OpenTensor("half").ReadFloats());
        Assert.Equal([1, 2], file.OpenShaped("parameter", 1, 2).ReadFloats());
        Assert.Equal(TensorType.Int64, file.Tensors["whole"].Type);
        Assert.Equal([7], file.OpenShaped("scalar").ReadFloats());
        Assert.Empty(file.OpenShaped("empty", 0, 3).ReadFloats());
    }

    [Theory]
    [InlineData("evil.pt", "posix.system"), InlineData("module.pt", "torch.nn.modules.linear.Linear")]
    [InlineData("script.pt", "TorchScript")]
    public void Refuses_by_name_what_is_no_tensor(string name, string what)
    {
        var error = Assert.Throws<UnsupportedException>(() => Checkpoint.OpenAny(PathOf(name)));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists("/tmp/harmed"));
    }

    [Theory]
    [InlineData("zip.pt"), InlineData("legacy.pt"), InlineData("trained.pt")]
    public void Whatever_the_bytes_a_tensor_lies_inside_the_file_or_the_file_is_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(PathOf(name));
        var random = new Random(7);
        for (int i = 0; i < 300; i++)
        {
            string path = _folder.Write("bad.pt", Mutation.Of(whole, random));
            try
            {
                using var file = TorchFile.Open(path);
                foreach (var tensor in file.Tensors.Values)
                    if (tensor.Type is TensorType.Float32 && tensor.Count < 1 << 16)
                        Assert.Equal(tensor.Count, file.OpenTensor(tensor.Name).ReadFloats().Length);
            }
            catch (LociException)
            {
            }
        }
    }

    [Fact]
    public void Shards_may_be_files_of_torch()
    {
        File.Copy(PathOf("zip.pt"), Path.Combine(_folder.Path, "pytorch_model-00001-of-00001.bin"));
        using var whole = TorchFile.Open(PathOf("zip.pt"));
        string map = string.Join(',', whole.Tensors.Keys.Select(
            name => $"\"{name}\":\"pytorch_model-00001-of-00001.bin\""));
        _folder.Write("pytorch_model.bin.index.json",
            System.Text.Encoding.UTF8.GetBytes($"{{\"weight_map\":{{{map}}}}}"));
        using var sharded = Checkpoint.OpenAny(_folder.Path);
        Assert.Equal(whole.OpenTensor("transposed").ReadFloats(), sharded.OpenTensor("transposed").ReadFloats());
    }

    private static string PathOf(string name) =>
        Path.Combine(AppContext.BaseDirectory, "Models", "Checkpoints", "Files", name);
}

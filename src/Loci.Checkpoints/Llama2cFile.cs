namespace Loci.Checkpoints;

/// <summary>
/// A llama2.c model (<c>.bin</c>, version 0: https://github.com/karpathy/llama2.c), memory-mapped, under the tensor
/// names of a Hugging Face Llama. The weights are as the file has them: the rotary pairs of queries and keys are
/// neighbours (2i, 2i + 1), not the halves (i, i + d/2) of a Hugging Face Llama.
/// </summary>
public sealed class Llama2cFile : Checkpoint
{
    private readonly MappedFile _file;

    private Llama2cFile(
        MappedFile file, Llama2cHeader header, Dictionary<string, TensorInfo> tensors) : base(file.Path) =>
        (_file, Header, Tensors) = (file, header, tensors);

    /// <summary>The model's sizes.</summary>
    public Llama2cHeader Header { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidFileException">
    /// The file cannot be read, or its length is not what its header implies.
    /// </exception>
    /// <exception cref="UnsupportedException">The file is of a later version than 0.</exception>
    public static Llama2cFile Open(string path)
    {
        var file = MappedFile.Open(path);
        try
        {
            FileKind.Refuse(
                file.Bytes(0, (int)Math.Min(file.Length, FileKind.Sees)), path, "a llama2.c model", FileKind.Utf16,
                FileKind.Utf32);
            var header = Llama2cHeader.Parse(file.Bytes(0, (int)Math.Min(file.Length, Llama2cHeader.Bytes)), path);
            return new(file, header, Llama2cLayout.Place(header, file.Length, path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>True where a file is a model: its header makes sense and implies the file's length.</summary>
    internal static bool IsModel(string path)
    {
        try
        {
            using var file = Open(path);
            return true;
        }
        catch (LociException)
        {
            return false;
        }
    }

    internal override MappedFile FileOf(string name) => _file;

    private protected override string HashContent() => _file.Sha256();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _file.Dispose();
}

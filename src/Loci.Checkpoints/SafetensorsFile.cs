namespace Loci.Checkpoints;

/// <summary>
/// One safetensors file, memory-mapped. Format: https://huggingface.co/docs/safetensors. The header is checked whole
/// before anything else is believed; the numbers themselves are not looked at.
/// </summary>
public sealed class SafetensorsFile : Checkpoint
{
    private readonly SafetensorsHeader _header;

    private SafetensorsFile(MappedFile file, SafetensorsHeader header) : base(file.Path) =>
        (File, _header) = (file, header);

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, TensorInfo> Tensors => _header.Tensors;

    /// <summary>Free text of the file's writer.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    internal MappedFile File { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidFileException">The file cannot be read or breaks the format; says where.</exception>
    public static SafetensorsFile Open(string path) => Open(MappedFile.Open(path));

    internal static SafetensorsFile Open(MappedFile file)
    {
        try
        {
            return new(file, SafetensorsHeader.Read(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    internal override MappedFile FileOf(string name) => File;

    private protected override string HashContent() => File.Sha256();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => File.Dispose();
}

using Loci.Memory;

namespace Loci.Text;

/// <summary>A <see cref="SentenceIndex"/> on disk: sealed, and written whole or not at all.</summary>
internal static class SentenceIndexFile
{
    private static ReadOnlySpan<byte> Magic => "LOCIIDX1"u8;

    private const int MostFiles = 1 << 20, MostBlocks = 1 << 28;

    /// <summary>Writes it.</summary>
    /// <exception cref="LociException">It cannot be written.</exception>
    public static void Save(string path, SentenceIndex index) =>
        AtomicFile.Write(path, stream => SealedContent.Write(stream, Magic, writer =>
        {
            writer.Write(index.Files.Count);
            for (int i = 0; i < index.Files.Count; i++)
            {
                writer.Write(index.Files[i].Path);
                writer.Write(index.Files[i].Length);
                writer.Write(index.Files[i].Sha256);
                writer.Write(index.Sources[i]);
            }
            writer.Write(index.Options.Field);
            writer.Write((byte)index.Options.Boundary);
            writer.Write(index.Options.Separator is not null);
            writer.Write(index.Options.Separator ?? "");
            writer.Write(index.Options.MaxDocumentBytes);
            writer.Write(index.Reading);
            writer.Write((byte)index.Unit);
            writer.Write(index.MaxSentences ?? -1);
            writer.Write(index.Sentences);
            writer.Write(index.Characters);
            writer.Write(index.Replaced);
            writer.Write(index.Blocks.Count);
            foreach (var block in index.Blocks)
            {
                writer.Write(block.File);
                writer.Write(block.Offset);
                writer.Write(block.Skip);
                writer.Write(block.Digest);
            }
        }));

    /// <summary>Reads one.</summary>
    /// <exception cref="LociException">There is none, or it is damaged.</exception>
    public static SentenceIndex Load(string path)
    {
        using var file = InputFile.Open(path, FileOptions.SequentialScan);
        try
        {
            return SealedContent.Read(file, Magic, "an index of sentences", (reader, _) => Read(reader));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new InvalidFileException(path, $"is no index of sentences, or a damaged one: it {e.Message}",
                inner: e);
        }
    }

    private static SentenceIndex Read(BinaryReader reader)
    {
        var files = new CorpusFile[Count(reader, MostFiles)];
        string[] sources = new string[files.Length];
        for (int i = 0; i < files.Length; i++)
        {
            files[i] = new(reader.ReadString(), reader.ReadInt64(), reader.ReadString());
            sources[i] = reader.ReadString();
        }
        string field = reader.ReadString();
        var boundary = (DocumentBoundary)reader.ReadByte();
        bool separated = reader.ReadBoolean();
        string separator = reader.ReadString();
        var options = new CorpusOptions
        {
            Field = field,
            Boundary = boundary,
            Separator = separated ? separator : null,
            MaxDocumentBytes = reader.ReadInt32(),
        };
        string reading = reader.ReadString();
        var unit = (SentenceUnit)reader.ReadByte();
        long most = reader.ReadInt64(), sentences = reader.ReadInt64(), characters = reader.ReadInt64();
        long replaced = reader.ReadInt64();
        var blocks = new BlockPlace[Count(reader, MostBlocks)];
        if (blocks.Length != (sentences + SentenceIndex.BlockSize - 1) / SentenceIndex.BlockSize)
            throw new InvalidDataException($"has {blocks.Length} blocks for {sentences} sentences");
        for (int i = 0; i < blocks.Length; i++)
        {
            blocks[i] = new(reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt32(), reader.ReadUInt64());
            if (blocks[i].File < 0 || blocks[i].File >= files.Length || blocks[i].Offset < 0 || blocks[i].Skip < 0)
                throw new InvalidDataException($"puts block {i} where there is no text");
        }
        return new()
        {
            Files = files,
            Sources = sources,
            Options = options,
            Reading = reading,
            Unit = unit,
            MaxSentences = most < 0 ? null : most,
            Sentences = sentences,
            Characters = characters,
            Replaced = replaced,
            Blocks = blocks,
        };
    }

    private static int Count(BinaryReader reader, int most)
    {
        int count = reader.ReadInt32();
        return count >= 0 && count <= most ? count
            : throw new InvalidDataException($"claims {count} entries");
    }
}

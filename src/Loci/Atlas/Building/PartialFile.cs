using System.Security.Cryptography;
using Loci.Memory;
using Loci.Models;

namespace Loci.Atlas.Building;

/// <summary>
/// What some ranges of a corpus gave, on disk: for which build, which blocks, and the state. Sealed: a damaged file is
/// refused whole. The same ranges of the same build give the same bytes, on every machine.
/// </summary>
internal static class PartialFile
{
    private static ReadOnlySpan<byte> Magic => "LOCIRNG1"u8;

    /// <summary>Writes a partial under a temporary name and gives it its name when it is complete.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="identity">The build: see <see cref="AtlasAssembly.Identity"/>.</param>
    /// <param name="blocks">The blocks it is of: ascending, apart from each other.</param>
    /// <param name="state">What they gave.</param>
    /// <exception cref="LociException">It cannot be written.</exception>
    public static void Write(string path, string identity, IReadOnlyList<BlockRange> blocks, BuildState state) =>
        AtomicFile.Write(path, stream => SealedContent.Write(stream, Magic, writer =>
        {
            writer.Write(identity);
            writer.Write(blocks.Count);
            foreach (var range in blocks)
            {
                writer.Write(range.First);
                writer.Write(range.End);
            }
            state.Save(writer);
        }));

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidFileException">It is damaged, or of another build, or not of these blocks.</exception>
    /// <exception cref="LociException">It cannot be read.</exception>
    public static BuildState Read(
        string path, string identity, IReadOnlyList<BlockRange> blocks, ModelSpec spec, int top)
    {
        using var file = InputFile.Open(path, FileOptions.SequentialScan);
        try
        {
            return SealedContent.Read(file, Magic, "a partial atlas", (reader, _) =>
            {
                string found = reader.ReadString();
                if (found != identity)
                    throw new InvalidDataException(
                        $"is of another build: {BuildIdentity.Difference(found, identity)}");
                int count = reader.ReadInt32();
                if (count != blocks.Count) throw new InvalidDataException($"is of {count} ranges, not {blocks.Count}");
                foreach (var range in blocks)
                    if (new BlockRange(reader.ReadInt32(), reader.ReadInt32()) is var there && there != range)
                        throw new InvalidDataException($"is of {there}, not of {range}");
                return BuildState.Load(reader, spec, top);
            });
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new InvalidFileException(path, $"is no partial atlas to merge: it {e.Message}", inner: e);
        }
    }

    /// <summary>The SHA-256 of a file's bytes, lower-case hexadecimal: the name of a result.</summary>
    /// <exception cref="LociException">It cannot be read.</exception>
    public static string Hash(string path)
    {
        using var file = InputFile.Open(path, FileOptions.SequentialScan);
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (IOException e)
        {
            throw InputFile.Unreadable(path, e);
        }
    }
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Loci.Memory;

namespace Loci.Editing;

/// <summary>
/// Statistics as a file: a <see cref="SealedContent"/> "LOCIKEY1" with the identity, the next sentence to read (−1 in a
/// finished file, else a build goes on from it), and layer by layer the sums, and in finished files the factor.
/// </summary>
internal static class StatisticsFile
{
    private const int MostCells = 1 << 17;

    private static ReadOnlySpan<byte> Magic => "LOCIKEY1"u8;

    public static void Write(string path, KeyStatistics statistics, long next) =>
        AtomicFile.Write(path, stream => SealedContent.Write(stream, Magic, writer =>
        {
            var id = statistics.Identity;
            foreach (string text in (string[])[id.Model, id.Tokenizer, id.Corpus, id.Reading]) writer.Write(text);
            writer.Write(id.MaxSentences);
            writer.Write(id.Part);
            writer.Write(id.Parts);
            writer.Write(next);
            writer.Write(statistics.Layers.Count);
            foreach (int layer in statistics.Layers)
            {
                var moments = statistics.Moments(layer);
                writer.Write(layer);
                writer.Write(moments.Cells);
                writer.Write(moments.Grid);
                writer.Write(moments.Tokens);
                writer.Write(MemoryMarshal.AsBytes<long>(moments.Total));
                bool factored = next < 0 && id.Parts == 1 && moments.Tokens > 0;
                writer.Write(factored);
                if (!factored) continue;
                var lower = statistics.Metric(layer).Factored!.Lower;
                for (int i = 0; i < moments.Cells; i++)
                    writer.Write(MemoryMarshal.AsBytes(lower.Slice(i * moments.Cells, i + 1)));
            }
        }));

    /// <exception cref="LociException">There is none, it is damaged, or it is not finished.</exception>
    public static KeyStatistics Read(string path)
    {
        var (statistics, next) = ReadAny(path);
        return next < 0 ? statistics
            : throw new LociException($"{path} is not finished; give the command that began it again, and it goes on.");
    }

    /// <summary>Reads a finished file or the checkpoint of a build.</summary>
    public static (KeyStatistics Statistics, long Next) ReadAny(string path)
    {
        try
        {
            using var file = InputFile.Open(path);
            using var buffered = new BufferedStream(file, 1 << 16);
            string hash = Convert.ToHexStringLower(SHA256.HashData(file));
            file.Position = 0;
            var read = SealedContent.Read(file, Magic, "statistics of keys", (reader, length) =>
                ReadContent(path, reader, length, hash));
            return file.Position == file.Length ? read
                : throw new InvalidFileException(path, "was added to: it holds more than statistics");
        }
        catch (InvalidDataException e)
        {
            throw new InvalidFileException(path, e.Message, inner: e);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or FormatException)
        {
            throw new InvalidFileException(path, $"holds statistics that cannot be: {e.Message}", inner: e);
        }
    }

    private static (KeyStatistics, long) ReadContent(string path, BinaryReader reader, long length, string hash)
    {
        var identity = new StatisticsIdentity(
            reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadInt64(),
            reader.ReadInt32(), reader.ReadInt32());
        long next = reader.ReadInt64();
        int count = reader.ReadInt32();
        if (identity.Model.Length != 64 || identity.Parts < 1 || identity.Part < 1 || identity.Part > identity.Parts
            || count is < 1 or > 10_000)
            throw new InvalidFileException(path, "holds statistics of nothing that can be");
        var layers = new List<int>();
        var moments = new List<KeyMoments>();
        var factors = new List<(int Layer, Cholesky Factor)>();
        for (int i = 0; i < count; i++)
        {
            int layer = reader.ReadInt32(), cells = reader.ReadInt32(), grid = reader.ReadInt32();
            long tokens = reader.ReadInt64();
            if (layer < 0 || layers.Contains(layer) || cells is < 1 or > MostCells || Math.Abs(grid) > 200 || tokens < 0
                || (long)cells * (cells + 1) / 2 * sizeof(long) > length - reader.BaseStream.Position)
                throw new InvalidFileException(path, $"holds a layer {layer} of {cells} cells that cannot be");
            long[] total = new long[KeyMoments.Triangle(cells)];
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(total.AsSpan()));
            layers.Add(layer);
            moments.Add(new(cells, grid, tokens, total));
            if (!reader.ReadBoolean()) continue;
            double[] lower = new double[checked(cells * cells)];
            for (int row = 0; row < cells; row++)
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(lower.AsSpan(row * cells, row + 1)));
            factors.Add((layer, Cholesky.OfFactor(lower, cells)));
        }
        var statistics = new KeyStatistics(identity, layers, moments, hash);
        foreach (var (layer, factor) in factors) statistics.Keep(layer, factor);
        return (statistics, next);
    }
}

using System.Security.Cryptography;
using System.Text;
using Loci.Models;

namespace Loci.Atlas.Building;

/// <summary>
/// A build's state on disk, beside the atlas to be: what is done, and for which model, corpus and options. Sealed with
/// a SHA-256, so that a damaged one is refused whole, and written to a temporary name first, so that a kill at any
/// moment leaves the one before.
/// </summary>
internal static class BuildCheckpoint
{
    private const int Version = 1;
    private static readonly byte[] s_magic = "LOCIPART"u8.ToArray();

    /// <summary>The checkpoint's name for an atlas's; not the name under which the atlas itself is written.</summary>
    public static string PathFor(string atlas) => atlas + ".checkpoint";

    /// <summary>Writes the states of all workers.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="identity">What the build is of: see <see cref="BuildIdentity"/>.</param>
    /// <param name="nextSentence">The first sentence that is not done; all before it are.</param>
    /// <param name="states">One per worker.</param>
    public static void Save(string path, string identity, long nextSentence, IReadOnlyList<BuildState> states)
    {
        string temporary = path + ".new";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                using var hash = SHA256.Create();
                using (var sealing = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
                using (var writer = new BinaryWriter(sealing, Encoding.UTF8, leaveOpen: true))
                {
                    writer.Write(s_magic);
                    writer.Write(Version);
                    writer.Write(identity);
                    writer.Write(nextSentence);
                    writer.Write(states.Count);
                    foreach (var state in states) state.Save(writer);
                }
                file.Write(hash.Hash!);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        // The last is what .NET makes of a file that grows beyond what the system allows.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            TryDelete(temporary);
            throw new LociException($"Cannot write the checkpoint {path}: {e.Message} The checkpoint before it is kept; make room and run the same command again.", e);
        }
    }

    /// <summary>Reads a checkpoint, or gives null where there is none.</summary>
    /// <exception cref="LociException">It is damaged, or belongs to another build.</exception>
    public static (long NextSentence, List<BuildState> States)? Load(string path, string identity, ModelSpec spec, int top)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            CheckSeal(path, file);
            using var reader = new BinaryReader(file, Encoding.UTF8);
            if (!reader.ReadBytes(s_magic.Length).AsSpan().SequenceEqual(s_magic) || reader.ReadInt32() != Version)
                throw new InvalidFileException(path, $"is not a checkpoint of version {Version}; delete it to start anew");
            string found = reader.ReadString();
            if (found != identity)
                throw new LociException(
                    $"{path} is the checkpoint of another build: {BuildIdentity.Difference(found, identity)} " +
                    "Give the same model, corpus and options to resume it, another --out, or delete it to start anew.");
            long nextSentence = reader.ReadInt64();
            int count = reader.ReadInt32();
            var states = new List<BuildState>();
            for (int i = 0; i < count; i++) states.Add(BuildState.Load(reader, spec, top));
            return (nextSentence, states);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new InvalidFileException(path, $"is a damaged checkpoint ({e.Message}); delete it to start anew", inner: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LociException($"Cannot read the checkpoint {path}: {e.Message}", e);
        }
    }

    /// <summary>Removes the checkpoint of a finished build.</summary>
    public static void Delete(string path)
    {
        TryDelete(path);
        TryDelete(path + ".new");
    }

    private static void CheckSeal(string path, FileStream file)
    {
        long body = file.Length - SHA256.HashSizeInBytes;
        if (body < 0) throw new InvalidFileException(path, $"is a damaged checkpoint ({file.Length} bytes); delete it to start anew");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[1 << 16];
        for (long left = body; left > 0;)
        {
            int read = file.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (read == 0) throw new EndOfStreamException();
            hash.AppendData(buffer, 0, read);
            left -= read;
        }
        byte[] seal = new byte[SHA256.HashSizeInBytes];
        file.ReadExactly(seal);
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(seal))
            throw new InvalidFileException(path, "is a damaged checkpoint (its checksum is wrong); delete it to start anew");
        file.Position = 0;
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Left over; the next build replaces it.
        }
    }
}

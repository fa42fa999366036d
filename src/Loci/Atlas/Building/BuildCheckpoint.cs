using Loci.Memory;
using Loci.Models;

namespace Loci.Atlas.Building;

/// <summary>
/// A build's state on disk, beside the atlas to be: what is done, and for which model, corpus and options. A
/// <see cref="SealedContent"/>, so that a damaged one is refused whole, in an <see cref="AtomicFile"/>, so that a kill
/// at any moment leaves the one before.
/// </summary>
internal static class BuildCheckpoint
{
    // Of version 1, "LOCIPART", the rest: builds go on under one version of Loci only, so none is read.
    private static ReadOnlySpan<byte> Magic => "LOCIPAR2"u8;

    /// <summary>The checkpoint's name for an atlas's; not the name under which the atlas itself is written.</summary>
    public static string PathFor(string atlas) => atlas + ".checkpoint";

    /// <summary>Writes the states of all workers.</summary>
    /// <param name="path">The checkpoint.</param>
    /// <param name="identity">What the build is of: see <see cref="BuildIdentity"/>.</param>
    /// <param name="nextSentence">The first sentence that is not done; all before it are.</param>
    /// <param name="states">One per worker.</param>
    public static void Save(string path, string identity, long nextSentence, IReadOnlyList<BuildState> states)
    {
        try
        {
            AtomicFile.Write(path, stream => SealedContent.Write(stream, Magic, writer =>
            {
                writer.Write(identity);
                writer.Write(nextSentence);
                writer.Write(states.Count);
                foreach (var state in states) state.Save(writer);
            }));
        }
        catch (LociException e)
        {
            throw new LociException(
                $"The checkpoint {e.Message} What the checkpoint before it holds is kept; the same command goes on "
                + $"from there.", e);
        }
    }

    /// <summary>Reads a checkpoint, or gives null where there is none.</summary>
    /// <exception cref="LociException">It is damaged, or belongs to another build.</exception>
    public static (long NextSentence, List<BuildState> States)? Load(string path, string identity, ModelSpec spec,
        int top)
    {
        if (!File.Exists(path)) return null;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            return SealedContent.Read(file, Magic, "a checkpoint", (reader, _) =>
            {
                string found = reader.ReadString();
                if (found != identity)
                    throw new LociException(
                        $"{path} is the checkpoint of another build: {BuildIdentity.Difference(found, identity)} " +
                        "Give the same model, corpus and options to resume it, another --out, or delete it to start "
                        + "anew.");
                long nextSentence = reader.ReadInt64();
                int count = reader.ReadInt32();
                var states = new List<BuildState>();
                for (int i = 0; i < count; i++) states.Add(BuildState.Load(reader, spec, top));
                return (nextSentence, states);
            });
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new InvalidFileException(path,
                $"is no checkpoint to go on from, or a damaged one: it {e.Message}; delete it to start anew", inner: e);
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
        TryDelete(path + ".partial"); // of a process that died while it wrote one
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

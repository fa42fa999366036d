using System.Security.Cryptography;
using System.Text;
using Loci.Text.Reading;

namespace Loci.Text;

/// <summary>
/// Where the sentences of a corpus stand, in blocks of <see cref="BlockSize"/>: from it any range of blocks is read by
/// itself, on any machine that sees the files, without a look at what stands before. Made in one pass by
/// <see cref="SentenceIndexer"/>, kept by <see cref="SentenceIndexFile"/> beside the hashes of the files. Each block
/// carries a digest of its sentences, so that other text is never read in its place.
/// </summary>
internal sealed class SentenceIndex
{
    /// <summary>Sentences in a block; the last has what is left.</summary>
    public const int BlockSize = 64;

    /// <summary>The files as they were named, with their hashes.</summary>
    public required IReadOnlyList<CorpusFile> Files { get; init; }

    /// <summary>
    /// The files that are read, in the same order: an unpacked copy where a file has no places of its own (gzip,
    /// UTF-16, one JSON array).
    /// </summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>How the files are read.</summary>
    public required CorpusOptions Options { get; init; }

    /// <summary>The same in words: <see cref="Corpus.Reading"/>.</summary>
    public required string Reading { get; init; }

    /// <summary>What counts as a sentence.</summary>
    public required SentenceUnit Unit { get; init; }

    /// <summary>The pass stopped after so many sentences; null: it read all.</summary>
    public required long? MaxSentences { get; init; }

    /// <summary>Sentences of the corpus.</summary>
    public required long Sentences { get; init; }

    /// <summary>Their characters, as UTF-16 code units.</summary>
    public required long Characters { get; init; }

    /// <summary>Invalid characters that were replaced.</summary>
    public required long Replaced { get; init; }

    /// <summary>The blocks, in order.</summary>
    public required IReadOnlyList<BlockPlace> Blocks { get; init; }

    /// <summary>The sentences of some blocks, in order.</summary>
    /// <param name="first">The first block.</param>
    /// <param name="end">Behind the last.</param>
    /// <exception cref="LociException">
    /// While enumerating: the files cannot be read, or hold other text than when they were indexed.
    /// </exception>
    public IEnumerable<Sentence> Read(int first, int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(end, Blocks.Count);
        return first >= end ? [] : ReadBlocks(first, end);
    }

    /// <summary>The sentences of these numbers, ascending; only their blocks are read.</summary>
    /// <exception cref="LociException">As <see cref="Read(int, int)"/>.</exception>
    public IEnumerable<Sentence> Read(IReadOnlyList<long> ids)
    {
        for (int i = 0; i < ids.Count;)
        {
            // Neighbouring blocks are read in one go.
            int first = Block(ids[i]), end = first + 1, last = i;
            while (last < ids.Count && Block(ids[last]) <= end) end = Math.Max(end, Block(ids[last++]) + 1);
            foreach (var sentence in Read(first, end))
            {
                if (i == last || sentence.Index != ids[i]) continue;
                yield return sentence;
                i++;
            }
            if (i < last) throw new ArgumentOutOfRangeException(nameof(ids), ids[i], "there is no such sentence");
        }
    }

    private static int Block(long sentence) => (int)(sentence / BlockSize);

    private IEnumerable<Sentence> ReadBlocks(int first, int end)
    {
        var digest = new BlockDigest();
        long next = (long)first * BlockSize, last = Math.Min(Sentences, (long)end * BlockSize);
        var from = Blocks[first];
        long skip = from.Skip;
        var ranges = new List<Range>();
        for (int file = from.File; file < Sources.Count; file++)
        {
            using var reader = DocumentReader.Open(
                Sources[file], ReadingOf(file), new(), file == from.File ? from.Offset : null);
            while (reader.Next() is { } text)
            {
                ranges.Clear();
                SentenceSplitter.Split(text, Unit, ranges);
                foreach (var range in ranges)
                {
                    if (skip > 0)
                    {
                        skip--;
                        continue;
                    }
                    var sentence = new Sentence(next++, SentenceSplitter.Cut(text, range, Unit));
                    digest.Add(sentence.Text);
                    if (next % BlockSize == 0 || next == last) Check((int)((next - 1) / BlockSize), digest.Take());
                    yield return sentence;
                    if (next == last) yield break;
                }
            }
        }
        throw Changed(next, last - 1);
    }

    private CorpusOptions ReadingOf(int file) =>
        Sources[file] == Files[file].Path ? Options with { AllowInvalid = true } : UnpackedText.Options;

    private void Check(int block, ulong digest)
    {
        if (Blocks[block].Digest == digest) return;
        long first = (long)block * BlockSize;
        throw Changed(first, Math.Min(Sentences, first + BlockSize) - 1);
    }

    private LociException Changed(long first, long last) => new(
        $"The corpus is not the one that was indexed: sentences {first} to {last} differ, in "
        + $"{Sources[Blocks[(int)(first / BlockSize)].File]} or behind it.");
}

/// <summary>Where a block of sentences begins.</summary>
/// <param name="File">The file, an index into <see cref="SentenceIndex.Sources"/>.</param>
/// <param name="Offset">The byte to read from; a document begins there.</param>
/// <param name="Skip">Sentences from there that belong to the blocks before.</param>
/// <param name="Digest">Of the block's sentences: see <see cref="BlockDigest"/>.</param>
internal readonly record struct BlockPlace(int File, long Offset, int Skip, ulong Digest);

/// <summary>The first eight bytes of the SHA-256 of sentences in UTF-8, each followed by a NUL.</summary>
internal sealed class BlockDigest
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(string sentence)
    {
        _hash.AppendData(Encoding.UTF8.GetBytes(sentence));
        _hash.AppendData([0]);
    }

    /// <summary>The digest of what was added; begins anew.</summary>
    public ulong Take() => System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(_hash.GetHashAndReset());
}

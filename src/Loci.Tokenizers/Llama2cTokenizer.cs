using System.Text;
using Loci.Tokenizers.Models;

namespace Loci.Tokenizers;

/// <summary>
/// The tokenizer of llama2.c (<c>tokenizer.bin</c>): SentencePiece-style byte pair encoding by scores, as its
/// <c>run.c</c> encodes and decodes. A text that is not empty begins with a space; a character without a piece becomes
/// its bytes.
/// </summary>
public sealed class Llama2cTokenizer : Tokenizer
{
    private const int Begin = 1;
    private const int End = 2;
    private const int FirstByte = 3;

    private readonly byte[][] pieces; // [ids], bytes as the file has them
    private readonly byte[][] running; // [ids], bytes they decode to
    private readonly byte[][] leading; // [ids], the same behind the beginning-of-sequence token
    private readonly Dictionary<int, int> characters = []; // Unicode scalar value to id
    private readonly int space;
    private readonly PairMerges merges;
    private readonly bool cutsAtSpaces;
    private readonly WordCache cache = new();

    private Llama2cTokenizer(Llama2cVocabulary vocabulary, string path)
    {
        pieces = vocabulary.Pieces;
        running = [.. pieces.Select(piece => Spoken(piece))];
        leading = [.. pieces.Select(piece => Spoken(piece is [(byte)' ', ..] ? piece[1..] : piece))];
        running[Begin] = running[End] = leading[Begin] = leading[End] = [];
        for (int id = 0; id < pieces.Length; id++)
            if (Rune.DecodeFromUtf8(pieces[id], out var rune, out int length) == System.Buffers.OperationStatus.Done
                && length == pieces[id].Length)
                characters[rune.Value] = id;
        if (!characters.TryGetValue(' ', out space)) throw new InvalidFileException(path, "no piece is a single space");
        merges = vocabulary.Merges(out cutsAtSpaces);
    }

    /// <summary>Opens a <c>tokenizer.bin</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vocabularySize">How many pieces it holds: the file does not say, the checkpoint does.</param>
    /// <exception cref="InvalidFileException">The file is damaged, or has another number of pieces.</exception>
    /// <exception cref="LociException">The file cannot be read.</exception>
    public static Llama2cTokenizer Load(string path, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabularySize);
        return Parse(TokenizerFile.Bytes(path), path, vocabularySize);
    }

    /// <summary>True where a file is a tokenizer with so many pieces.</summary>
    internal static bool Fits(string path, int vocabularySize)
    {
        try
        {
            Llama2cVocabulary.Read(TokenizerFile.Bytes(path), path, vocabularySize);
            return true;
        }
        catch (LociException)
        {
            return false;
        }
    }

    internal static Llama2cTokenizer Parse(ReadOnlySpan<byte> file, string path, int vocabularySize) =>
        new(Llama2cVocabulary.Read(file, path, vocabularySize), path);

    /// <inheritdoc/>
    public override string Kind => "byte-pair encoding by scores, as llama2.c";

    /// <inheritdoc/>
    public override int VocabularySize => pieces.Length;

    /// <inheritdoc/>
    public override int? BeginOfSequence => Begin;

    /// <inheritdoc/>
    public override int? EndOfSequence => End;

    /// <inheritdoc/>
    public override int? Unknown => null; // a character without a piece becomes its bytes

    /// <inheritdoc/>
    public override bool AddsBeginOfSequence => true;

    /// <inheritdoc/>
    public override void Encode(string text, List<int> ids)
    {
        if (text.Length == 0) return;
        // The space put before the text is a symbol of its own, as any other space would be.
        var rest = string.Concat(" ", WellFormed.Text(text)).AsSpan();
        while (cutsAtSpaces)
        {
            // No merge reaches from a character into a space behind it, so words are independent.
            int word = rest.IndexOfAnyExcept(' ');
            int cut = word < 0 ? -1 : rest[word..].IndexOf(' ');
            if (cut < 0) break;
            EncodeWord(rest[..(word + cut)], ids);
            rest = rest[(word + cut)..];
        }
        EncodeWord(rest, ids);
    }

    private void EncodeWord(ReadOnlySpan<char> word, List<int> ids)
    {
        if (cache.TryGet(word, ids)) return;
        int from = ids.Count;
        var symbols = new List<int>(word.Length);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in word.EnumerateRunes())
        {
            if (characters.TryGetValue(rune.Value, out int id)) symbols.Add(id);
            else
                foreach (byte value in bytes[..rune.EncodeToUtf8(bytes)])
                    symbols.Add(value + FirstByte);
        }
        merges.Apply(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(symbols), ids);
        cache.Add(word, ids, from);
    }

    /// <inheritdoc/>
    public override void DecodeBytes(int id, List<byte> bytes) => bytes.AddRange(Of(running, id));

    /// <summary>
    /// The text of a sequence of tokens; bytes that are not UTF-8 become U+FFFD. One space is dropped from the first
    /// token, and from any token behind a beginning-of-sequence token.
    /// </summary>
    public override string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new List<byte>(ids.Length * 4);
        int previous = Begin;
        foreach (int id in ids)
        {
            bytes.AddRange(Of(previous == Begin ? leading : running, id));
            previous = id;
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <inheritdoc/>
    public override string Piece(int id) => Encoding.UTF8.GetString(Of(pieces, id));

    /// <inheritdoc/>
    public override bool IsControl(int id) => id is Begin or End;

    /// <inheritdoc/>
    public override int? ControlToken(string text) => text switch { "<s>" => Begin, "</s>" => End, _ => null };

    // An id of the model that the file has no piece for has no bytes.
    private static byte[] Of(byte[][] table, int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        return id < table.Length ? table[id] : [];
    }

    /// <summary>What a piece decodes to: itself, or the byte it names.</summary>
    private static byte[] Spoken(byte[] piece) =>
        BytePieces.TryParse(Encoding.Latin1.GetString(piece), out byte value) ? [value] : piece;
}

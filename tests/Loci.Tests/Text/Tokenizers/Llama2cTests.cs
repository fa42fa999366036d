using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Loci.Tokenizers;

namespace Loci.Tests.Text.Tokenizers;

public class Llama2cTests
{
    /// <summary>
    /// Spaces inside some pieces, ties, byte pieces; every byte as a piece first, as the format wants it.
    /// </summary>
    private static readonly (string Piece, float Score)[] Small =
    [
        ("<unk>", 0), ("\n<s>\n", 0), ("\n</s>\n", 0),
        .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", 0f)),
        (" ", -10), ("a", -11), ("b", -12), ("é", -13), (" a", -1), ("ab", -1), ("aa", -2), ("ba", -2), (" ab", -3),
        ("aaa", -1), ("aab", -0.5f),
        ("  ", -4), ("éa", float.NegativeInfinity), ("b a", -0.25f), ("b ", -5), ("😀", -3), ("aaaa", -2),
    ];

    private static Llama2cTokenizer Stories() =>
        Llama2cTokenizer.Load(SharedData.Require("stories260K", "tokenizer.bin"), 512);

    [Theory]
    [
        InlineData(""), InlineData("Once upon a time"), InlineData(" two  spaces "), InlineData("line\nline\t!"),
        InlineData("é 😀 ß"), InlineData("   "),
    ]
    public void Decodes_what_it_encodes(string text)
    {
        var tokenizer = Stories();
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text).ToArray()));
        Assert.Equal(text, tokenizer.Decode([1, .. tokenizer.Encode(text), 2]));
    }

    [Fact]
    public void Reads_the_published_tokenizer()
    {
        var tokenizer = Stories();
        Assert.Equal([403, 407, 261, 378], tokenizer.Encode("Once upon a time"));
        Assert.Equal((1, 2, true, 512),
            (tokenizer.BeginOfSequence, tokenizer.EndOfSequence, tokenizer.AddsBeginOfSequence,
                tokenizer.VocabularySize));
        var bytes = new List<byte>();
        foreach (int id in (int[])[1, 403, 407, 13, 2]) tokenizer.DecodeBytes(id, bytes);
        Assert.Equal(" Once upon\n", Encoding.UTF8.GetString(bytes.ToArray()));
        Assert.Equal("", tokenizer.Piece(512));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Piece(-1));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Encodes_as_the_plain_algorithm(bool spacesInside)
    {
        var pieces = spacesInside ? Small : [.. Small.Where(piece => !piece.Piece.TrimStart().Contains(' '))];
        var tokenizer = Llama2cTokenizer.Parse(Bytes(pieces), "small", pieces.Length);
        Gen.OneOf(Gen.Char["ab é"], Gen.Char["ab é"], Gen.Char).Array[0, 60].Sample(chars =>
        {
            string text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(chars));
            Assert.Equal(Plain(pieces, text), tokenizer.Encode(text));
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text).ToArray()));
        }, iter: 500, seed: "0000KOIXPhL4");
    }

    [Fact]
    public void Many_threads_get_the_same_ids()
    {
        var tokenizer = Stories();
        string[] texts =
        [
            .. Enumerable.Range(0, 2000).Select(number => $"Once upon {number % 300} times, é{number % 7}"),
        ];
        var expected = texts.Select(Stories().Encode).ToArray();
        Parallel.For(0, texts.Length, i => Assert.Equal(expected[i], tokenizer.Encode(texts[i])));
    }

    [Fact]
    public void A_word_of_a_million_characters_takes_seconds_at_most()
    {
        var tokenizer = Stories();
        string text = new('a', 1_000_000);
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text).ToArray()));
    }

    [Fact]
    public void Damaged_files_give_typed_errors()
    {
        byte[] valid = Bytes(Small);
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, valid.Length - 1], Gen.Int).Array[1, 3].Sample(edits =>
        {
            var bytes = new List<byte>(valid);
            foreach (var (kind, at, value) in edits)
            {
                if (kind == 0 && at < bytes.Count) bytes.RemoveRange(at, bytes.Count - at);
                else if (kind == 1 && at < bytes.Count) bytes[at] = (byte)value;
                else if (kind == 2 && at + 4 <= bytes.Count)
                    for (int i = 0; i < 4; i++) bytes[at + i] = (byte)(value >> (8 * i));
                else bytes.Add((byte)value);
            }
            try
            {
                var tokenizer = Llama2cTokenizer.Parse(bytes.ToArray(), "hostile", Small.Length);
                tokenizer.Decode(tokenizer.Encode("ab aab é x\n").ToArray());
            }
            catch (InvalidFileException e)
            {
                Assert.Equal("hostile", e.Path);
            }
        }, iter: 4_000, seed: "0000KOIXPhL5");
    }

    [Theory]
    [InlineData(0), InlineData(3), InlineData(4), InlineData(11), InlineData(100)]
    public void Cut_files_are_refused(int length) =>
        Assert.Throws<InvalidFileException>(
            () => Llama2cTokenizer.Parse(Bytes(Small).AsSpan(0, length), "cut", Small.Length));

    [Theory]
    [InlineData(-1), InlineData(1), InlineData(int.MaxValue - 1000)]
    public void Another_number_of_pieces_is_refused(int more) =>
        Assert.Throws<InvalidFileException>(() => Llama2cTokenizer.Parse(Bytes(Small), "small", Small.Length + more));

    /// <summary>Looks at every pair before every merge, on the strings themselves.</summary>
    private static List<int> Plain((string Piece, float Score)[] pieces, string text)
    {
        var ids = new List<int>();
        if (text.Length == 0) return ids;
        int Find(string piece) => Array.FindIndex(pieces, known => known.Piece == piece);
        foreach (var rune in (" " + text).EnumerateRunes())
        {
            if (Find(rune.ToString()) is >= 0 and var id) ids.Add(id);
            else ids.AddRange(Encoding.UTF8.GetBytes(rune.ToString()).Select(value => value + 3));
        }
        while (true)
        {
            (float score, int best, int at) = (-1e10f, -1, -1);
            for (int i = 0; i + 1 < ids.Count; i++)
                if (Find(pieces[ids[i]].Piece + pieces[ids[i + 1]].Piece) is >= 0 and var id
                    && pieces[id].Score > score)
                    (score, best, at) = (pieces[id].Score, id, i);
            if (at < 0) return ids;
            ids[at] = best;
            ids.RemoveAt(at + 1);
        }
    }

    private static byte[] Bytes((string Piece, float Score)[] pieces)
    {
        var bytes = new List<byte>();
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, pieces.Max(piece => Encoding.UTF8.GetByteCount(piece.Piece)));
        bytes.AddRange(number);
        foreach (var (piece, score) in pieces)
        {
            BinaryPrimitives.WriteSingleLittleEndian(number, score);
            bytes.AddRange(number);
            BinaryPrimitives.WriteInt32LittleEndian(number, Encoding.UTF8.GetByteCount(piece));
            bytes.AddRange(number);
            bytes.AddRange(Encoding.UTF8.GetBytes(piece));
        }
        return [.. bytes];
    }
}

using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Loci.Tokenizers;
using Loci.Tokenizers.Pipeline;
using Loci.Tokenizers.SentencePiece;

namespace Loci.Tests.Text.Tokenizers;

public sealed class SentencePieceTests
{
    private static readonly VocabularyPiece[] s_pieces =
    [
        new("<unk>", 0, PieceUse.Unknown), new("<s>", 0, PieceUse.Control), new("</s>", 0, PieceUse.Control),
        .. Enumerable.Range(0, 256).Select(value => new VocabularyPiece($"<0x{value:X2}>", 0, PieceUse.Byte)),
        .. new[]
        {
            ("▁", -10f), ("a", -11), ("b", -12), ("é", -13), ("▁a", -1), ("ab", -1), ("aa", -2), ("ba", -2),
            ("▁ab", -3), ("aaa", -1), ("aab", -0.5f), ("▁▁", -4), ("😀", -3), ("aaaa", -2), ("b▁a", -0.25f), ("b▁", -5),
        }.Select(piece => new VocabularyPiece(piece.Item1, piece.Item2, PieceUse.Normal)),
    ];

    private static readonly Gen<string> s_text = Gen.OneOf(Gen.Char["ab é"], Gen.Char["ab é"], Gen.Char)
        .Array[0, 40].Select(chars => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(chars)));

    [Theory]
    [InlineData(true), InlineData(false)]
    public void Byte_pairs_are_merged_as_the_plain_algorithm_does(bool prefix)
    {
        var tokenizer = Parse(File(s_pieces, kind: 2, prefix: prefix));
        s_text.Where(text => !text.Contains('<')).Sample(text =>
        {
            var ids = tokenizer.Encode(text);
            Assert.Equal(PlainMerges(text, prefix), ids);
            // A «▁» of the text itself comes back as a space: so SentencePiece does.
            Assert.Equal(text.Replace('▁', ' '), tokenizer.Decode(ids.ToArray()));
        });
    }

    [Fact]
    public void Unigrams_have_the_highest_score_of_all_segmentations()
    {
        VocabularyPiece[] pieces =
            [.. s_pieces.Where(piece => piece.Use != PieceUse.Byte)];
        var tokenizer = Parse(File(pieces, kind: 1, prefix: false));
        Gen.Char["ab é"].Array[1, 9].Select(chars => new string(chars)).Sample(text =>
        {
            string escaped = text.Replace(' ', '▁');
            var ids = tokenizer.Encode(text);
            Assert.Equal(escaped, string.Concat(ids.Select(tokenizer.Piece)));
            Assert.Equal(Best(escaped), ids.Sum(id => (double)pieces[id].Score), 1e-9);
        });

        double Best(string rest) => rest.Length == 0
            ? 0
            : pieces.Where(piece => piece.Use == PieceUse.Normal
                && rest.StartsWith(piece.Text, StringComparison.Ordinal))
                .Max(piece => piece.Score + Best(rest[piece.Text.Length..]));
    }

    [Fact]
    public void Superfluous_spaces_are_dropped_where_the_file_says_so()
    {
        var tokenizer = Parse(File(s_pieces, kind: 2, prefix: true, drops: true));
        Assert.Equal(tokenizer.Encode("a b"), tokenizer.Encode("  a   b "));
        Assert.Empty(tokenizer.Encode("   "));
    }

    [Fact]
    public void Control_pieces_are_marks_and_have_no_text()
    {
        var tokenizer = Parse(File(s_pieces, kind: 2, prefix: true));
        Assert.Equal((1, 2, true, 0), (tokenizer.BeginOfSequence, tokenizer.EndOfSequence,
            tokenizer.AddsBeginOfSequence, tokenizer.Unknown));
        Assert.Equal(2, tokenizer.Encode("ab</s>")[^1]);
        Assert.Equal("ab", tokenizer.Decode([.. tokenizer.Encode("ab"), 2]));
        Assert.Equal(s_pieces.Length, tokenizer.VocabularySize);
    }

    [Fact]
    public void A_piece_of_the_user_is_never_merged()
    {
        VocabularyPiece[] pieces = [.. s_pieces, new("a▁b", 0, PieceUse.UserDefined)];
        var tokenizer = Parse(File(pieces, kind: 2, prefix: false));
        Assert.Equal([Id("aa"), pieces.Length - 1, Id("ba")], tokenizer.Encode("aaa bba"));

        int Id(string text) => Array.FindIndex(pieces, piece => piece.Text == text);
    }

    [Fact]
    public void What_is_not_exact_is_refused_by_name()
    {
        Refused(File(s_pieces, kind: 2, prefix: true, rules: [1, 2, 3]), "precompiled_charsmap");
        Refused(File(s_pieces, kind: 3, prefix: true), "the kind 3 of model");
        Refused(File([.. s_pieces, new("ax", -1, PieceUse.Normal)], kind: 2, prefix: true), "no token itself");
        Refused(File([.. s_pieces, new("a", -1, PieceUse.Normal)], kind: 2, prefix: true), "is the token");
        Refused([], "holds no pieces");
        Refused([0x0A], "cut short");
        Refused([0x0A, 0x05, 0x00], "beyond the end");
        Refused([0x0B, 0x00], "a wire type");
        Refused("{}"u8.ToArray(), "not a SentencePiece model");

        static void Refused(byte[] file, string says) =>
            Assert.Contains(says, Assert.ThrowsAny<LociException>(() => Parse(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_cut_or_changed_file_ends_in_another_error()
    {
        byte[] file = File(s_pieces[^16..], kind: 2, prefix: true);
        Gen.Select(Gen.Int[0, file.Length], Gen.Int[0, file.Length - 1], Gen.Byte).Sample(edit =>
        {
            byte[] changed = file[..];
            changed[edit.Item2] = edit.Item3;
            try
            {
                Parse(changed[..edit.Item1]).Encode("a ab é😀");
            }
            catch (LociException)
            {
            }
        });
    }

    private static Tokenizer Parse(byte[] file) =>
        SentencePieceFile.Parse(file, "tokenizer.model", TokenSettings.None);

    // Looks at every pair after every merge.
    private static List<int> PlainMerges(string text, bool prefix)
    {
        if (text.Length == 0) return [];
        string whole = ((prefix ? "▁" : "") + text).Replace(' ', '▁');
        var symbols = whole.EnumerateRunes().Select(rune => rune.ToString()).ToList();
        while (true)
        {
            int best = -1;
            float score = float.NegativeInfinity;
            for (int i = 0; i + 1 < symbols.Count; i++)
                if (Find(symbols[i] + symbols[i + 1]) is { } found && s_pieces[found].Score > score)
                    (best, score) = (i, s_pieces[found].Score);
            if (best < 0) break;
            symbols[best] += symbols[best + 1];
            symbols.RemoveAt(best + 1);
        }
        return [.. symbols.SelectMany(symbol => Find(symbol) is { } id
            ? [id] : Encoding.UTF8.GetBytes(symbol).Select(value => value + 3))];

        static int? Find(string text)
        {
            int id = Array.FindIndex(s_pieces, piece => piece.Use == PieceUse.Normal && piece.Text == text);
            return id < 0 ? null : id;
        }
    }

    // As sentencepiece_model.proto has it.
    private static byte[] File(
        VocabularyPiece[] pieces, int kind, bool prefix, bool drops = false, byte[]? rules = null)
    {
        var file = new List<byte>();
        foreach (var piece in pieces)
        {
            byte[] score = new byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(score, piece.Score);
            Field(file, 1, [.. Message(1, Encoding.UTF8.GetBytes(piece.Text)), 0x15, .. score, 0x18, (byte)piece.Use]);
        }
        Field(file, 2, [0x18, (byte)kind]);
        Field(file, 3, [.. rules is null ? [] : Message(2, rules), 0x18, prefix ? (byte)1 : (byte)0, 0x20,
            drops ? (byte)1 : (byte)0]);
        return [.. file];

        static byte[] Message(int field, byte[] content)
        {
            var message = new List<byte>();
            Field(message, field, content);
            return [.. message];
        }

        static void Field(List<byte> into, int field, byte[] content)
        {
            into.Add((byte)(field << 3 | 2));
            into.Add((byte)content.Length); // all of them are short
            into.AddRange(content);
        }
    }
}

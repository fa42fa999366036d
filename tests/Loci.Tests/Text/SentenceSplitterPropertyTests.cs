using CsCheck;
using Loci.Text;

namespace Loci.Tests.Text;

public class SentenceSplitterPropertyTests
{
    private static readonly Gen<string> Pieces = TextGen.OneOf(
        "the", "Tom", "said", "I", "U.S.", "Mr.", "e.g.", "No.", "3.14", ".", "!", "?", "...", "…", "\"", "'", "”", "“",
        ")", "(",
        " ", " ", " ", "  ", "\n", "\n\n", "\r\n", "\u2028", "\u00A0", "。", "」", "と", "<unk>", "= T =", "â€", "â€œ",
        "[1]",
        "\uD83D\uDE00", "\uD800", "\uFFFD", "x", "A", ",", ":", "-", "- ", "1.",
        "a long line of words that goes on and on");

    private static readonly Gen<string> Texts = Gen.OneOf(Pieces.Array[0, 60].Select(string.Concat), Gen.String[0, 80]);

    [Fact]
    public void Every_character_is_in_exactly_one_sentence_in_order() => Texts.Sample(text =>
    {
        foreach (var unit in Enum.GetValues<SentenceUnit>())
        {
            var sentences = SentenceSplitter.Split(text, unit);
            Assert.Equal(WithoutWhiteSpace(text), WithoutWhiteSpace(string.Concat(sentences)));
            Assert.All(sentences, sentence =>
            {
                Assert.NotEmpty(sentence);
                Assert.Equal(sentence.Trim(), sentence);
                if (unit != SentenceUnit.Document) Assert.DoesNotContain('\n', sentence);
            });
        }
    }, seed: "0000000000001", iter: 5_000);

    public static TheoryData<string> Hostile =>
    [
        ".", "\"", ". ", "? ", ".\"", ". \"", "!)", "...a", ". .a", "a.", "A. ", "a. b", "\n", ".\n", "U.S. ", "â€",
        "。", "[1", ".[1]",
        "\" said", "I. ", "\uD800", "   ", "a b. said\n", ". . . a ",
    ];

    /// <summary>Linear in time: at a million characters anything quadratic would not come to an end.</summary>
    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_million_hostile_characters_are_split_and_none_is_lost(string piece)
    {
        string text = Repeated(piece, 1 << 20);
        Assert.Equal(WithoutWhiteSpace(text), WithoutWhiteSpace(string.Concat(SentenceSplitter.Split(text))));
    }

    private static string Repeated(string piece, int length) =>
        string.Concat(Enumerable.Repeat(piece, length / piece.Length));

    private static string WithoutWhiteSpace(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}

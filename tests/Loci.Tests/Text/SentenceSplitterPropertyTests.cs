using System.Diagnostics;
using CsCheck;
using Loci.Text;

namespace Loci.Tests.Text;

public class SentenceSplitterPropertyTests
{
    private static readonly Gen<string> Pieces = TextGen.OneOf(
        "the", "Tom", "said", "I", "U.S.", "Mr.", "e.g.", "No.", "3.14", ".", "!", "?", "...", "…", "\"", "'", "”", "“", ")", "(",
        " ", " ", " ", "  ", "\n", "\n\n", "\r\n", "\u2028", "\u00A0", "。", "」", "と", "<unk>", "= T =", "â€", "â€œ", "[1]",
        "\uD83D\uDE00", "\uD800", "\uFFFD", "x", "A", ",", ":", "-", "- ", "1.", "a long line of words that goes on and on");

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
        ".", "\"", ". ", "? ", ".\"", ". \"", "!)", "...a", ". .a", "a.", "A. ", "a. b", "\n", ".\n", "U.S. ", "â€", "。", "[1", ".[1]",
        "\" said", "I. ", "\uD800", "   ", "a b. said\n", ". . . a ",
    ];

    /// <summary>Linear: four times the text takes about four times as long; twenty leaves room for a busy machine.</summary>
    [Theory]
    [MemberData(nameof(Hostile))]
    public void Time_is_linear_in_hostile_text(string piece)
    {
        double small = Best(Repeated(piece, 1 << 18)), large = Best(Repeated(piece, 1 << 20));
        Assert.True(large < 20 * small + 0.02, $"256 Ki characters took {small * 1e3:F1} ms, 1 Mi took {large * 1e3:F1} ms");
        Assert.True(large < 2, $"1 Mi characters took {large:F1} s");
    }

    private static double Best(string text)
    {
        double best = double.MaxValue;
        for (int k = 0; k < 3; k++)
        {
            long start = Stopwatch.GetTimestamp();
            SentenceSplitter.Split(text);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private static string Repeated(string piece, int length) =>
        string.Concat(Enumerable.Repeat(piece, length / piece.Length));

    private static string WithoutWhiteSpace(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}

using CsCheck;
using Loci.BuiltIn;
using Loci.Models;
using Loci.Studies.Language;

namespace Loci.Tests.Studies;

/// <summary>Bits of a text by counted n-grams, by a model and by gzip.</summary>
public class LanguageTests
{
    // Sums of a hundred products in float64, against 1.
    private const double SumTolerance = 1e-9;

    // Logits of a pass over a window do not depend on what stands behind; sums run in another order.
    private const double BitsTolerance = 1e-6;

    [Fact]
    public void Probabilities_of_all_tokens_sum_to_one_after_any_context() => Gen.Select(
        Gen.Int[0, 7].Array[2, 60], Gen.Int[0, 7].Array[2, 8], Gen.Int[1, 5]).Sample((learned, asked, order) =>
    {
        var model = new NGramModel(order, 8);
        model.Learn(learned);
        int at = asked.Length - 1;
        double sum = 0;
        for (int token = 0; token < 8; token++)
        {
            asked[at] = token;
            double p = model.Probability(asked, at);
            Assert.InRange(p, double.Epsilon, 1);
            sum += p;
        }
        Assert.Equal(1, sum, SumTolerance);
    });

    [Fact]
    public void A_bigram_is_that_of_the_formula()
    {
        var model = new NGramModel(2, 4);
        model.Learn([0, 1, 2, 1, 3]); // after 1: 2 and 3, once each; of all four tokens told 1 twice, 2 and 3 once
        double one = (2 + 3 * 0.25) / (4 + 3), two = (1 + 3 * 0.25) / (4 + 3);
        Assert.Equal((1 + 2 * two) / (2 + 2), model.Probability([1, 2], 1), SumTolerance);
        Assert.Equal(2 * one / (2 + 2), model.Probability([1, 1], 1), SumTolerance);
        Assert.Equal(one, model.Probability([3, 1], 1), SumTolerance); // nothing was seen after 3
        Assert.Equal(0.25, new NGramModel(5, 4).Probability([0, 1], 1));
    }

    [Fact]
    public void Bits_of_a_model_are_those_of_its_logits_also_over_windows()
    {
        var model = BuiltInModels.Open("demo");
        const string text = "The capital of Norvia is Aldminster.";
        Assert.Equal(Naive(model, text), TextBits.Of(model, [text]), BitsTolerance);
        // Longer than the context: every token is told once, none with less than half of it before.
        string lines = string.Join('\n', Enumerable.Repeat(text, 40));
        double bits = TextBits.Of(model, [lines]);
        Assert.True(double.IsFinite(bits) && bits > 0);
        Assert.Equal(bits + TextBits.Of(model, [text]), TextBits.Of(model, [lines, text]), BitsTolerance);
    }

    [Fact]
    public void N_grams_of_the_text_itself_beat_those_of_another_and_gzip_counts_bytes()
    {
        var model = BuiltInModels.Open("demo");
        string[] text = ["The capital of Norvia is Aldminster."], other = ["She was born in Tarsbridge."];
        Assert.True(TextBits.OfNGrams(model, 3, text, text) < TextBits.OfNGrams(model, 3, other, text));
        Assert.Equal(0, TextBits.OfGzip(["a"]) % 8);
        Assert.True(TextBits.OfGzip([new string('a', 10_000)]) < 8 * 200);
    }

    // One pass over the whole, softmax in float64.
    private static double Naive(Model model, string text)
    {
        int[] tokens = [.. model.Encode(text)];
        var (spec, workspace) = (model.Spec, new Workspace(model.Spec));
        double bits = 0;
        for (int at = 1; at < tokens.Length; at++)
        {
            model.Transformer.Forward(Batch.Of(tokens.AsSpan(0, at)), workspace);
            float[] logits = new float[spec.Vocabulary];
            model.Transformer.Logits(workspace.Stream(at).Slice((at - 1) * spec.Width, spec.Width), logits);
            bits -= Math.Log2(Math.Exp(logits[tokens[at]]) / logits.Sum(logit => Math.Exp(logit)));
        }
        return bits;
    }
}

using Loci.Models.Constructed;

namespace Loci.Tests.Studies;

/// <summary>
/// What the constructed model must do at a prefix, from the definitions of its cells alone: every cell writes its
/// coefficient on the token it promotes, and nothing else writes there.
/// </summary>
internal sealed class BuiltAnswers
{
    private static readonly ConstructedModel s_built = ConstructedModel.Instance;

    public BuiltAnswers(ReadOnlySpan<int> prefix)
    {
        int[] tokens = [.. prefix];
        Coefficients =
        [
            .. Enumerable.Range(0, 2).Select(l => Cells(l).Select(cell => cell.Coefficient(tokens)).ToArray()),
        ];
        Before =
        [
            .. Enumerable.Range(0, 2).Select(l => Cells(l).Select(cell => PreActivation(cell, tokens)).ToArray()),
        ];
        Written = [.. Enumerable.Range(0, 2).Select(l => Scores(l, Coefficients[l]))];
    }

    /// <summary>m. [2][cells]</summary>
    public double[][] Coefficients { get; }

    /// <summary>a = x·k + b, below zero too. [2][cells]</summary>
    public double[][] Before { get; }

    /// <summary>What each layer adds to every token, in coefficients. [2][vocabulary]</summary>
    public double[][] Written { get; }

    /// <summary>Both layers together. [vocabulary]</summary>
    public double[] Sum => [.. Written[0].Zip(Written[1], (a, b) => a + b)];

    public static ConstructedCell[] Cells(int layer) => [.. s_built.Cells.Where(cell => cell.Cell.Layer == layer)];

    public static double[] Scores(int layer, double[] coefficients)
    {
        double[] scores = new double[ConstructedLanguage.Vocabulary.Count];
        var cells = Cells(layer);
        for (int i = 0; i < cells.Length; i++) scores[cells[i].Promotes] += coefficients[i];
        return scores;
    }

    /// <summary>
    /// The first of the greatest; a tie that float32 could break either way fails the test that asks.
    /// </summary>
    public static int Top(double[] scores)
    {
        double[] sorted = [.. scores.OrderDescending()];
        Assert.True(sorted[0] == 0 || sorted[0] > sorted[1] * 1.02, "two tokens tie; take other sentences");
        return PlainReading.Top(scores);
    }

    /// <summary>Nats of a token when one full coefficient is worth 8.</summary>
    public static double Loss(double[] coefficients, int next) =>
        -Math.Log(PlainReading.Probability([.. coefficients.Select(c => 8 * c)], next));

    public static double[] Softmax(double[] a)
    {
        double sum = a.Sum(x => Math.Exp(x - a.Max()));
        return [.. a.Select(x => Math.Exp(x - a.Max()) / sum)];
    }

    private static double PreActivation(ConstructedCell cell, int[] prefix)
    {
        switch (cell.Kind)
        {
            case PatternKind.Suffix:
                int matches = 0;
                for (int i = 1; i <= cell.Pattern.Count; i++)
                    if (i <= prefix.Length && prefix[^i] == cell.Pattern[^i]) matches++;
                return matches - (cell.Pattern.Count - 0.5);
            case PatternKind.Topic:
                return 4
                    * ((double)prefix.Count(cell.Pattern.Contains) / (prefix.Length + 1) - ConstructedCell.TopicShare);
            default:
                return -1;
        }
    }
}

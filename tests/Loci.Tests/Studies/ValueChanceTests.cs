using Loci.Studies;
using Loci.Studies.Values;

namespace Loci.Tests.Studies;

/// <summary>Being sure goes with being right only beyond what the frequency of the tokens gives.</summary>
public class ValueChanceTests
{
    private const int Cells = 2000, Surest = 200, Triggers = 20, Vocabulary = 200;

    [Fact]
    public void Surest_values_that_say_frequent_tokens_have_no_lift()
    {
        var (sure, byFrequency, byPairing) = Measure(real: false);
        Assert.True(sure > 0.3, $"{sure}: without a null the surest agree more often");
        Assert.InRange(byFrequency.Lift.Value, -0.03, 0.03);
        Assert.InRange(byPairing.Lift.Value, -0.03, 0.03);
        Assert.InRange(0, byFrequency.Lift.Low, byFrequency.Lift.High);
        Assert.InRange(0, byPairing.Lift.Low, byPairing.Lift.High);
    }

    [Fact]
    public void Surest_values_that_say_what_follows_their_triggers_have_one()
    {
        var (_, byFrequency, byPairing) = Measure(real: true);
        Assert.True(byFrequency.Lift.Low > 0.2, $"{byFrequency.Lift}");
        Assert.True(byPairing.Lift.Low > 0.2, $"{byPairing.Lift}");
    }

    [Fact]
    public void Chance_by_pairing_is_that_of_every_other_cell()
    {
        var random = new Random(3);
        int[][] nexts = [.. Enumerable.Range(0, 40)
            .Select(_ => Enumerable.Range(0, random.Next(0, 5)).Select(_ => random.Next(6)).ToArray())];
        var chance = new ValueChance(StudyText.Of([[0, 1, 1, 2], [3]]));
        for (int cell = 0; cell < nexts.Length; cell++) chance.Add(cell % 2, nexts[cell]);
        for (int cell = 0; cell < nexts.Length; cell++)
        {
            if (nexts[cell].Length == 0) continue;
            int[][] others = [
                .. nexts.Where((each, other) => other != cell && other % 2 == cell % 2 && each.Length > 0)];
            for (int token = 0; token < 6; token++)
                Assert.Equal(others.Average(each => each.Contains(token) ? 1.0 : 0),
                    chance.ByPairing(cell % 2, token, nexts[cell].Contains(token)), 1e-12);
        }
        // Three prefixes have a next token: 1, 1 and 2.
        Assert.Equal(1 - Math.Pow(1.0 / 3, 4), chance.ByFrequency(1, 4), 1e-12);
        Assert.Equal(0, chance.ByFrequency(0, 4));
        Assert.True(double.IsNaN(chance.ByPairing(7, 1, false)));
    }

    // Next tokens follow Zipf's law whatever the cell; the surest values say the most frequent ones. Where it is real,
    // half of the surest have their own token after one trigger.
    private static (double Raw, ChanceOfAgreement ByFrequency, ChanceOfAgreement ByPairing) Measure(bool real)
    {
        var random = new Random(5);
        double[] cumulative = [.. Enumerable.Range(1, Vocabulary).Select(k => 1.0 / k)];
        for (int k = 1; k < Vocabulary; k++) cumulative[k] += cumulative[k - 1];
        int Draw()
        {
            int at = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
            return at < 0 ? ~at : at;
        }
        var chance = new ValueChance(StudyText.Of(Enumerable.Range(0, 20_000).Select(_ => new[] { 0, Draw() })));
        List<SureValue> values = [];
        for (int cell = 0; cell < Cells; cell++)
        {
            bool surest = cell < Surest;
            // Real: rare tokens, which chance would not give.
            int token = surest && !real ? random.Next(8) : random.Next(Vocabulary);
            int[] nexts = [.. Enumerable.Range(0, Triggers).Select(_ => Draw())];
            if (surest && real && cell % 2 == 0) nexts[0] = token;
            chance.Add(0, nexts);
            values.Add(new(token, surest, nexts.Contains(token), Triggers, 0));
        }
        double raw = values.Where(v => v.Surest).Average(v => v.Agrees ? 1.0 : 0)
            - values.Average(v => v.Agrees ? 1.0 : 0);
        return (raw, ValueChance.Lift(values, v => chance.ByFrequency(v.Token, v.Counted), 1),
            ValueChance.Lift(values, v => chance.ByPairing(v.Group, v.Token, v.Agrees), 2));
    }
}

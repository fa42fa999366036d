using CsCheck;
using Loci.Reports.Drawing;
using Loci.Reports.Figures;

namespace Loci.Reports.Tests;

/// <summary>Marks lie where their values say, at every number of layers and both widths.</summary>
public sealed class PlacesOfMarksTests
{
    private static BarPlot Bars(params double?[] values) => new()
    {
        Name = "bars",
        Title = "t",
        Description = "d",
        AcrossLabel = "x",
        Categories = [.. values.Select((_, k) => $"{k}")],
        Axis = new("y"),
        Series = [new("s", [.. values.Select(v => v is { } value ? (Plotted?)value : null)])],
    };

    private static Box[] BarsOf(Figure figure) =>
        [.. Sheet.Draw(figure, 720, heading: true).Marks.OfType<Box>().Where(m => m.Kind == "bar")];

    [Fact]
    public void Heights_of_bars_are_proportional_to_their_values() => Gen.Double[0.01, 50].Array[1, 40].Sample(values =>
    {
        var bars = BarsOf(Bars([.. values.Select(v => (double?)v)]));
        Assert.Equal(values.Length, bars.Length);
        for (int k = 1; k < values.Length; k++)
            Assert.Equal(values[k] / values[0], bars[k].Height / bars[0].Height, values[k] / values[0] * 1e-9);
    }, iter: 100);

    [Fact]
    public void Bars_of_both_signs_stand_on_the_same_line()
    {
        var bars = BarsOf(Bars(3, -2));
        Assert.Equal(bars[0].Y + bars[0].Height, bars[1].Y, 1e-9);
        Assert.Equal(1.5, bars[0].Height / bars[1].Height, 1e-9);
    }

    [Fact]
    public void A_missing_value_leaves_its_place_empty()
    {
        var all = BarsOf(Bars(1, 2, 3));
        var some = BarsOf(Bars(1, null, 3));
        Assert.Equal([all[0], all[2]], some.Select((b, k) => b with { Hint = (k == 0 ? all[0] : all[2]).Hint }));
        Assert.Empty(BarsOf(Bars(double.NaN, double.PositiveInfinity)));
    }

    [Fact]
    public void A_line_breaks_where_a_value_is_missing()
    {
        var plot =
            Samples.Line(9) with { Series = [new("s", [1, 2, 3, null, 5, double.NaN, 7, 8, 9])], References = [] };
        var lines = Sheet.Draw(plot, 720, heading: false).Marks.OfType<Curve>().Where(m => m.Kind == "line").ToArray();
        Assert.Equal([3, 3], lines.Select(line => line.Lines[0].Length));
        Assert.Equal(7, Sheet.Draw(plot, 720, heading: false).Marks.Count(m => m.Kind == "point"));
    }

    [Fact]
    public void Doubled_positions_lie_equally_far_apart_and_companions_are_named_once()
    {
        var marks = Sheet.Draw(Samples.Curves(2), 720, heading: false).Marks;
        var line = marks.OfType<Curve>().First(mark => mark.Kind == "line").Lines[0];
        for (int k = 2; k < line.Length; k++) Assert.Equal(line[1].X - line[0].X, line[k].X - line[k - 1].X, 1e-9);
        Assert.Equal(2, marks.OfType<Curve>().Count(mark => mark.Kind == "band"));
        Assert.Equal(6, marks.Count(mark => mark.Kind == "companion"));
        foreach (string name in (string[])["curve 0", "curve 1", "single runs", "a bound", "theirs"])
            Assert.Single(marks.OfType<Label>(), label => label.Text == name);
    }

    [Fact]
    public void Twelve_curves_differ_in_ink_or_in_dash_and_shape()
    {
        var pens = Enumerable.Range(0, 12).Select(number => new Pen(number)).ToArray();
        Assert.Equal(12, pens.Select(pen => (pen.Ink, string.Join(' ', pen.Dash))).Distinct().Count());
    }

    [Fact]
    public void Stacks_of_shares_all_end_at_the_whole()
    {
        var bars = BarsOf(Samples.Stacked(7));
        var tops = bars.GroupBy(b => b.X).Select(stack => stack.Min(b => b.Y)).ToArray();
        Assert.Equal(7, tops.Length);
        Assert.All(tops, top => Assert.Equal(tops[0], top, 1e-6));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(48)]
    public void Everything_lies_on_the_sheet(int layers)
    {
        foreach (var figure in Samples.All(layers))
            foreach (double width in new[] { 316.0, 720 })
            {
                var sheet = Sheet.Draw(figure, width, heading: true);
                foreach (var mark in sheet.Marks)
                    foreach (var spot in Extent(mark))
                    {
                        Assert.InRange(spot.X, -0.5, sheet.Width + 0.5);
                        Assert.InRange(spot.Y, 0, sheet.Height);
                    }
            }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(48)]
    public void No_text_lies_over_other_text_and_all_is_legible(int layers)
    {
        foreach (var figure in Samples.All(layers))
            foreach (double width in new[] { 316.0, 720 })
            {
                var labels = Sheet.Draw(figure, width, heading: true).Marks.OfType<Label>().ToArray();
                Assert.All(labels, label => Assert.True(label.Size >= 11));
                for (int a = 0; a < labels.Length; a++)
                    for (int b = 0; b < a; b++)
                        Assert.False(
                            Touch(labels[a], labels[b]),
                            $"{figure.Name} at {width}: «{labels[a].Text}» over «{labels[b].Text}»");
            }
    }

    [Fact]
    public void Ticks_are_round_and_hold_the_values() => Gen.Double[-1e6, 1e6].Array[2, 20].Sample(values =>
    {
        var scale = new Scale(new("y"), values, zero: false, most: 5) { From = 0, To = 100 };
        var ticks = scale.Ticks.Select(t => t.Value).ToArray();
        Assert.InRange(ticks.Length, 2, 8);
        // a value this little beyond a tick does not ask for another
        double slack = (values.Max() - values.Min()) * 1e-8;
        Assert.True(ticks[0] <= values.Min() + slack && ticks[^1] >= values.Max() - slack);
        Assert.All(values, v => Assert.InRange(scale.At(v), 0, 100));
    }, iter: 300);

    [Fact]
    public void Powers_of_ten_are_equally_far_apart()
    {
        var scale = new Scale(new("y", Log: true), [0.02, 0, -1, 700], zero: false, most: 9) { From = 0, To = 100 };
        Assert.Equal(
            [0.01, 0.1, 1, 10, 100, 1000], scale.Ticks.Select(t => t.Value), (a, b) => Math.Abs(a - b) < 1e-9 * b);
        Assert.Equal(20, scale.At(0.1), 1e-9);
    }

    private static bool Touch(Label a, Label b)
    {
        var (left, right) = (Extent(a).ToArray(), Extent(b).ToArray());
        return left[0].X < right[1].X && right[0].X < left[1].X && left[0].Y < right[1].Y && right[0].Y < left[1].Y;
    }

    private static IEnumerable<Spot> Extent(Mark mark)
    {
        switch (mark)
        {
            case Box box: return [new(box.X, box.Y), new(box.X + box.Width, box.Y + box.Height)];
            case Disc disc: return
            [
                new(disc.X - disc.Radius, disc.Y - disc.Radius), new(disc.X + disc.Radius, disc.Y + disc.Radius),
            ];
            case Curve curve: return curve.Lines.SelectMany(line => line);
            case Label label:
                double width = Typeface.Measure(label.Text, label.Size, label.Strong);
                double x = label.Anchor switch
                {
                    TextAnchor.Start => label.X, TextAnchor.Middle => label.X - width / 2, _ => label.X - width,
                };
                return [new(x, label.Y - label.Size * 0.72), new(x + width, label.Y)];
            default: throw new InvalidOperationException();
        }
    }
}
